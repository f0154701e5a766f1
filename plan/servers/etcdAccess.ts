/** The Job that sets up etcd's users. etcd takes them over its API alone: no argument, no file. */
import { createHash } from "node:crypto";
import type { EtcdConfig } from "../../config/discovery";
import { graphsUser } from "../certificates/certificates";
import { type Credentials, userOf } from "./credentials";
import { etcdMembers, etcdTool, etcdToolPod, etcdUrl } from "./etcdMembers";
import { etcdUsersScript } from "./etcdUsers";
import { guaranteed, restrictedContainer } from "./pods";
import type { ServerContext } from "./serverContext";
import { type Tls, tlsFiles, tlsMounts, tlsVolumes } from "./tls";

const name = "etcd-access";
const { namespace } = etcdMembers;
const labels = etcdTool("access");

const accessFile = "access.json";
/** Key of root's password in the Secret, for etcd's own tools. */
export const rootPassword = "root-password";

/** Prefixes of the keys that Dynamo writes. Measured with runtimes 0.8.1 and 1.6.1. */
const prefixes = ["v1/"];

/** Passwords of etcd's users. */
export interface EtcdPasswords {
  /** Passwords of the graphs' user, by generation. */
  readonly users: Readonly<Record<number, string>>;
  readonly root: Readonly<Record<number, string>>;
}

/**
 * Files that hold passwords, by name. With TLS the graphs' pods are one user more, known by their certificate: their runtime sends
 * that or a password, and etcd's JSON gateway, by which commands ask, takes passwords alone.
 */
export function etcdSecretFiles({ valid }: Credentials, { users, root }: EtcdPasswords, tls?: Tls) {
  const roots = valid.map((generation) => root[generation] ?? "");
  const access = {
    root: roots,
    role: "dynamo",
    prefixes,
    users: {
      ...Object.fromEntries(valid.map((generation) => [userOf(generation), users[generation] ?? ""])),
      ...(tls !== undefined && { [graphsUser]: null }),
    },
    retired: "dynamo-",
  };
  return { [accessFile]: JSON.stringify(access, null, 2), [rootPassword]: roots[0] ?? "" };
}

/** The Job, and the script that it runs. @param secret with the files of {@link etcdSecretFiles} */
export function etcdAccess(
  { placement }: EtcdConfig,
  { around, credentials: { generation } }: ServerContext,
  secret: string,
  tls: Tls,
) {
  const metadata = { name, namespace, labels };
  return {
    configMap: { metadata, data: { "etcdUsers.mjs": etcdUsersScript } },
    job: {
      metadata,
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: 900,
        template: {
          metadata: {
            labels,
            annotations: {
              "checksum/script": createHash("sha256").update(etcdUsersScript).digest("hex"),
              "dynamo/credentials": String(generation),
            },
          },
          spec: {
            ...etcdToolPod(around, placement),
            containers: [
              {
                ...restrictedContainer,
                name: "access",
                image: around.images.node,
                command: ["node", "/etc/etcd-access/etcdUsers.mjs"],
                args: [
                  etcdUrl(tls),
                  `/etc/etcd-auth/${accessFile}`,
                  ...(tls === undefined ? [] : [tlsFiles.folder]),
                ],
                resources: guaranteed("100m", "128Mi"),
                volumeMounts: [
                  { name: "script", mountPath: "/etc/etcd-access" },
                  { name: "auth", mountPath: "/etc/etcd-auth" },
                  ...tlsMounts(tls),
                ],
              },
            ],
            volumes: [
              { name: "script", configMap: { name } },
              { name: "auth", secret: { secretName: secret } },
              ...tlsVolumes(tls),
            ],
          },
        },
      },
    },
  };
}
