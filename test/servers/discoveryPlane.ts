/** NATS and etcd of a discovery config, as the program renders them, on this machine. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { type CertificatePlan, graphsCertificate } from "../../plan/certificates/certificates";
import { type Issue, issueCertificate } from "../../plan/certificates/issue";
import type { EncryptionPlan } from "../../plan/discoveryPlane";
import { type Credentials, userOf } from "../../plan/servers/credentials";
import type { EtcdPlan } from "../../plan/servers/etcd";
import { etcdSecretFiles } from "../../plan/servers/etcdAccess";
import type { NatsPlan } from "../../plan/servers/nats";
import { natsSecretFiles } from "../../plan/servers/natsConf";
import { withLocalCertificates } from "../../rehearsal/members/localCertificates";
import { localizer } from "../../rehearsal/members/place";
import { buildTools } from "../../rehearsal/tools";
import { createMembers, type Members } from "../members/members";
import { natsEtcdPlan } from "../plan/servers/natsEtcdPlan";
import { type EtcdClient, etcdClient, type User } from "./etcdClient";

const toolsOfServers = ["natsServer", "etcd", "etcdctl", "etcdutl"] as const;

export interface LocalDiscoveryPlane {
  readonly nats: Members;
  readonly etcd: Members;
  readonly plans: { readonly nats: NatsPlan; readonly etcd: EtcdPlan };
  /** Starts all members, and sets up etcd's users. */
  start(): Promise<void>;
  /** Ends every process at once. */
  kill(): Promise<void>;
  /** Runs the Job that sets up etcd's users, as rendered. */
  setUpUsers(options?: { signal?: AbortSignal }): Promise<string>;
  /** Runs the containers of a pod of etcd's own tools, as rendered, one after the other. */
  runEtcdTool(pod: ToolPod, options?: ToolOptions): Promise<string>;
  /** Rolls the members and sets up etcd for another generation of passwords, or of certificates, as an update does. */
  rotate(generation: number): Promise<void>;
  natsClient(user?: { user: string; pass: string }): Promise<NatsConnection>;
  etcdClient(user?: User): EtcdClient;
  /** The env of the graphs' pods: addresses, and credentials out of their Secrets. */
  env(): Record<string, string>;
  /** Folder with the files of a graphs' certificate, made anew. @param issue who signs it, and when */
  certificate(issue?: Issue): Promise<string>;
}

/** What a stack would keep of its certificates. */
export const issue: Issue = {
  secrets: Object.fromEntries([1, 2, 3, 4].map((generation) => [generation, `authority ${generation}`])),
  issuedAt: Object.fromEntries([1, 2, 3, 4].map((generation) => [generation, new Date()])),
};

interface ToolOptions {
  /** The member whose volume the pod mounts. */
  readonly member?: string;
  readonly jobName?: string;
  readonly signal?: AbortSignal;
}
interface ToolPod {
  readonly initContainers?: readonly ToolContainer[];
  readonly containers: readonly ToolContainer[];
}
interface ToolContainer {
  readonly command: string[];
  readonly args?: string[];
  readonly env?: readonly object[];
  readonly volumeMounts: { name: string; mountPath: string }[];
}

/** A password of the form that the program gives them. */
export function passwordOf(user: string, generation: number): string {
  return `${user}${generation}`.padEnd(32, "aB3");
}

const by = (generations: readonly number[], user: string) =>
  Object.fromEntries(generations.map((generation) => [generation, passwordOf(user, generation)]));

/**
 * Members that nothing has started yet.
 * @param encrypted whether all speak TLS
 * @param sidecars programs that also run beside the servers, by the names that containers have for them
 */
export async function createDiscoveryPlane(
  discovery: object,
  directory: string,
  {
    encrypted = false,
    sidecars = {},
  }: { encrypted?: boolean; sidecars?: Readonly<Record<string, string>> } = {},
): Promise<LocalDiscoveryPlane> {
  const tools = await buildTools(toolsOfServers, { report: (line) => process.stderr.write(`${line}\n`) });
  const planned = (generation: number) => {
    const plan = natsEtcdPlan(
      { ...discovery, credentials: { generation } },
      encrypted ? { encryption: { issuer: "own", generation } } : {},
    );
    const { nats, etcd, credentials } = plan.servers;
    if (!nats || !etcd) throw new Error("a server is external");
    return { env: plan.env, nats, etcd, credentials, encryption: plan.encryption };
  };
  const issued = (
    encryption: EncryptionPlan | undefined,
    certificate: CertificatePlan | undefined,
    by: Issue = issue,
  ) =>
    encryption && certificate
      ? { [certificate.metadata.name]: issueCertificate(encryption, certificate, by) }
      : {};
  let current = planned(1);
  const natsPods = ({ nats, credentials, encryption }: typeof current) => ({
    statefulSet: nats.members.statefulSet,
    configMaps: { [nats.configMap.metadata.name]: nats.configMap.data },
    secrets: {
      [nats.auth.metadata.name]: natsSecretFiles(nats, {
        users: by(credentials.valid, "nats"),
        route: passwordOf("route", 1),
      }),
      ...issued(encryption, nats.certificate),
    },
  });
  const etcdPods = ({ etcd, encryption }: typeof current) => ({
    statefulSet: etcd.members.statefulSet,
    secrets: issued(encryption, etcd.certificate),
  });
  const nats = createMembers({
    ...natsPods(current),
    service: current.nats.members.services.client,
    binaries: { "nats-server": tools.natsServer, ...sidecars },
    directory,
  });
  const etcd = createMembers({
    ...etcdPods(current),
    service: current.etcd.members.services.client,
    binaries: { etcd: tools.etcd },
    directory,
  });
  const hostOf = ({ service }: Members) => service.replace(/:\d+$/, "");
  const hosts = new Map([
    ["etcd.etcd-system", hostOf(etcd)],
    ...etcd.members.map(
      ({ name, address }) => [`${name}.etcd-headless.etcd-system.svc.cluster.local`, address] as const,
    ),
  ]);
  const binaries: Record<string, string> = {
    node: process.execPath,
    "/usr/local/bin/etcdctl": tools.etcdctl,
    "/usr/local/bin/etcdutl": tools.etcdutl,
    "/bin/sh": "/bin/sh",
  };
  const secretsOf = (credentials: Credentials) =>
    etcdSecretFiles(
      credentials,
      { users: by(credentials.valid, "etcd"), root: by(credentials.valid, "root") },
      current.etcd.certificate?.metadata.name,
    );
  const writeAll = async (folder: string, texts: Readonly<Record<string, string>> = {}) => {
    for (const [file, text] of Object.entries(texts)) await writeIn(join(folder, file), text);
  };
  const folderOfGraphs = () => join(directory, `dynamo-tls-${current.credentials.generation}`);
  const certificateOfGraphs = (by?: Issue) => {
    const { encryption } = current;
    const own = issued(encryption, graphsCertificate("dynamo", current.credentials), by);
    return Object.values(withLocalCertificates(own, hosts))[0] ?? {};
  };

  const plane: LocalDiscoveryPlane = {
    nats,
    etcd,
    get plans() {
      return { nats: current.nats, etcd: current.etcd };
    },
    async start() {
      await Promise.all([nats.startAll(), etcd.startAll()]);
      await plane.setUpUsers();
    },
    async kill() {
      await Promise.all([nats.killAll(), etcd.killAll()]);
    },
    async setUpUsers(options) {
      const { configMap, job } = current.etcd.access;
      const [tls] = Object.values(
        withLocalCertificates(issued(current.encryption, current.etcd.certificate), hosts),
      );
      const files = {
        "/etc/etcd-access": configMap.data,
        "/etc/etcd-auth": secretsOf(current.credentials),
        "/etc/tls": tls,
      };
      for (const [folder, texts] of Object.entries(files))
        await writeAll(join(directory, "tools", folder), texts);
      return plane.runEtcdTool(job.spec.template.spec, options);
    },
    async runEtcdTool({ initContainers = [], containers }, { member, jobName = "", signal } = {}) {
      // A member's own folder holds its volume; what all mount is linked into it.
      const root = join(directory, member ?? "tools");
      await mkdir(join(directory, "snapshots"), { recursive: true });
      await symlink(join(directory, "snapshots"), join(root, "snapshots")).catch(() => {}); // it is there already
      let output = "";
      for (const { command, args = [], volumeMounts } of [...initContainers, ...containers]) {
        const place = { name: member ?? "tool", address: "", root, hosts };
        const localize = localizer(place, volumeMounts);
        const [program = "", ...words] = [...command, ...args];
        const env = {
          ...process.env,
          ETCDCTL_USER: "root",
          ETCDCTL_PASSWORD: secretsOf(current.credentials)["root-password"],
        };
        const expanded = words.map((word) => localize(word.replace("$(JOB_NAME)", jobName)));
        const { stdout } = await promisify(execFile)(binaries[program] ?? program, expanded, { env, signal });
        output += stdout;
      }
      return output;
    },
    async rotate(generation) {
      current = planned(generation);
      await nats.rollingRestart(natsPods(current));
      if (encrypted) await etcd.rollingRestart(etcdPods(current));
      await plane.setUpUsers();
    },
    async natsClient(user = { user: userOf(1), pass: passwordOf("nats", 1) }) {
      return connect({ servers: nats.service, ...user, maxReconnectAttempts: -1, reconnectTimeWait: 200 });
    },
    etcdClient(user = { name: userOf(1), password: passwordOf("etcd", 1) }) {
      return etcdClient(etcd.service, user);
    },
    async certificate(by) {
      const folder = by ? join(directory, randomUUID()) : folderOfGraphs();
      await writeAll(folder, certificateOfGraphs(by));
      return folder;
    },
    env() {
      const { generation } = current.credentials;
      const secrets = {
        nats: { username: userOf(generation), password: passwordOf("nats", generation) },
        etcd: { username: userOf(generation), password: passwordOf("etcd", generation) },
      };
      const addresses = { "nats.nats-system": hostOf(nats), "etcd.etcd-system": hostOf(etcd) };
      return Object.fromEntries(
        current.env.map((variable) => {
          if ("value" in variable) {
            const local = Object.entries(addresses).reduce(
              (text, [name, address]) => text.replace(name, address),
              variable.value.replace("/etc/dynamo-tls", folderOfGraphs()),
            );
            return [variable.name, local];
          }
          if (!("secretKeyRef" in variable.valueFrom)) throw new Error(`${variable.name} is from no Secret`);
          const { name, key } = variable.valueFrom.secretKeyRef;
          if (name.startsWith("dynamo-tls")) return [variable.name, certificateOfGraphs()[key] ?? ""];
          const server = name.startsWith("nats") ? "nats" : "etcd";
          return [variable.name, secrets[server][key as "username" | "password"]];
        }),
      );
    },
  };
  return plane;
}

async function writeIn(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
