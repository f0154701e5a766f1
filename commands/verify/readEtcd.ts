/** Answers of etcd's members: https://etcd.io/docs/v3.7/dev-guide/api_grpc_gateway/. */
import { z } from "zod";
import { printable } from "../../config/printable";
import type { ClusterAccess, PodReference } from "../stack/cluster";
import { memberAnswer } from "./memberAnswer";
import { memberTls } from "./memberTls";
import { withPodPort } from "./podPort";
import { mapRead, type Read, read, Unread } from "./reading";

const clientPort = 2379;

export interface EtcdUser {
  readonly name: string;
  readonly password: string;
}

interface EtcdMember {
  readonly pod: string;
  readonly status: Read<EtcdStatus>;
}

/** What etcd is asked with: undefined for a user of one that asks nobody, and for a certificate where it speaks no TLS. */
export interface EtcdAccess {
  readonly user: EtcdUser | undefined;
  readonly certificate?: Readonly<Record<string, string>> | undefined;
}

export interface EtcdReading {
  readonly members: readonly EtcdMember[];
  /** Keys of Dynamo's discovery. */
  readonly keys: Read<readonly string[]>;
}

/** Numbers of 64 bits come as text. */
const int64 = z.string().default("0");

const etcdStatus = z.object({
  header: z.object({ cluster_id: int64, member_id: int64 }),
  /** 0 where the member knows none. */
  leader: int64,
  /** In bytes. */
  dbSize: int64.transform(Number),
  /** Quota in bytes, from 3.6; 0 where it is not known. */
  dbSizeQuota: int64.transform(Number),
  /** Alarms, among others. */
  errors: z.array(z.string()).default([]),
});

export type EtcdStatus = z.output<typeof etcdStatus>;

const range = z.object({ kvs: z.array(z.object({ key: z.string() })).default([]) });

/** Asks all members at once, and the first that answers for the keys. */
export async function readEtcd(
  cluster: ClusterAccess,
  pods: readonly PodReference[],
  access: Read<EtcdAccess>,
): Promise<EtcdReading> {
  if (access instanceof Unread)
    return { members: pods.map(({ name }) => ({ pod: name, status: access })), keys: access };
  const answers = await Promise.all(
    pods.map(async (pod) => {
      const both = await read(
        pod.name,
        withPodPort(cluster, pod, clientPort, (url) => ask(url, access)),
      );
      return { pod: pod.name, both };
    }),
  );
  const answered = answers.flatMap(({ both }) => (both instanceof Unread ? [] : [both.keys]));
  const unread = answers.flatMap(({ both }) => (both instanceof Unread ? [both] : []));
  return {
    members: answers.map(({ pod, both }) => ({ pod, status: mapRead(both, ({ status }) => status) })),
    keys: answered[0] ?? unread[0] ?? new Unread("no member of etcd runs", false),
  };
}

/** Without quorum a member gives nobody a token. */
async function ask(url: string, { user, certificate }: EtcdAccess) {
  const tls = certificate && memberTls(certificate);
  const base = tls ? url.replace("http:", "https:") : url;
  const post = <T>(path: string, body: object, schema: z.ZodType<T>, token?: string) =>
    memberAnswer(`${base}/v3/${path}`, schema, { body, token, ...(tls && { tls }) });
  const { token } = user ? await post("auth/authenticate", user, z.object({ token: z.string() })) : {};
  const [status, { kvs }] = await Promise.all([
    post("maintenance/status", {}, etcdStatus, token),
    post("kv/range", { ...rangeOf("v1/instances/"), keys_only: true }, range, token),
  ]);
  return { status, keys: kvs.map(({ key }) => printable(Buffer.from(key, "base64").toString())) };
}

/** All keys that begin with a prefix: up to what follows its last character. */
function rangeOf(prefix: string) {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return { key: Buffer.from(prefix).toString("base64"), range_end: end.toString("base64") };
}
