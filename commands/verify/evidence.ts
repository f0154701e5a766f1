/** All that checks judge by, as it was at one time. */
import type { V1Pod } from "@kubernetes/client-node";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { certificateSecret } from "../../plan/certificates/certificates";
import { type ClusterAccess, clusterAccess } from "../stack/cluster";
import { connectToCluster } from "../stack/connection";
import { type ClusterObjects, type ClusterReader, clusterReader } from "./clusterObjects";
import type { DeclaredStack } from "./declared";
import { isLeaving } from "./graphPods";
import { type EtcdAccess, type EtcdReading, type EtcdUser, readEtcd } from "./readEtcd";
import { type Frontend, readFrontends } from "./readFrontends";
import { mapRead, type Read, Unread } from "./reading";
import { type NatsMember, readNats } from "./readNats";

export interface Evidence {
  readonly stack: DeclaredStack;
  readonly at: Date;
  readonly cluster: ClusterObjects;
  /** Frontends that are Ready or answer, by their Service. */
  readonly frontends: ReadonlyMap<string, readonly Frontend[]>;
  /** Members of the NATS that the stack runs; undefined where it runs none. */
  readonly nats: Read<readonly NatsMember[]> | undefined;
  /** The name by which the graphs are known to NATS. */
  readonly natsUser: Read<string | undefined>;
  readonly etcd: Read<EtcdReading> | undefined;
  /** Files of the graphs' certificate; undefined where they have none. */
  readonly certificate?: Read<Readonly<Record<string, string>>> | undefined;
}

/**
 * Connects to the stack's cluster, for as many readings as are needed.
 * @throws UserError where there is no such cluster; so does a reading where it does not answer
 */
export async function evidenceReader(stack: DeclaredStack): Promise<() => Promise<Evidence>> {
  const connection = await connectToCluster(stack.context);
  const cluster = clusterAccess(connection);
  const namespace = stack.graphs[0]?.namespace ?? "default";
  const objects = clusterReader(connection, stack, namespace);
  const services = [...new Set(stack.graphs.map(({ service }) => service))];
  const runs = (server: "nats" | "etcd") =>
    stack.servers.some((each) => each.server === server && each.members !== undefined);

  const secrets = stack.servers.find(({ server }) => server === "etcd")?.secrets;
  const certificate =
    stack.certificates === undefined
      ? undefined
      : certificateSecret("dynamo", stack.certificates, stack.issuer);

  /** By what the stack says of it, else by the graphs' own env. */
  async function etcdAccess({ deployments }: ClusterObjects): Promise<Read<EtcdAccess>> {
    if (secrets === undefined)
      return mapRead(await credentials(objects, deployments, "ETCD"), (user) => ({ user }));
    const [password, files] = await Promise.all([
      objects.secret(secrets.password),
      objects.secret(secrets.certificate),
    ]);
    if (files instanceof Unread) return files;
    return mapRead(password, (found) => ({ user: userIn(found), certificate: files }));
  }

  return async () => {
    // First, since it says best where the cluster does not answer.
    const frontends = await Promise.all(
      services.map(async (service) => [service, await readFrontends(cluster, namespace, service)] as const),
    );
    const found = await objects.objects();
    const files = certificate === undefined ? undefined : await objects.secret(certificate);
    const natsUser = runs("nats") ? await credentials(objects, found.deployments, "NATS") : undefined;
    return {
      stack,
      at: new Date(),
      cluster: found,
      frontends: new Map(frontends),
      nats: runs("nats")
        ? await ofMembers(found.members.nats, (pods) => readNats(cluster, pods, files))
        : undefined,
      natsUser: natsUser instanceof Unread ? natsUser : natsUser?.name,
      etcd: runs("etcd") ? await etcd(cluster, found, await etcdAccess(found)) : undefined,
      certificate: files,
    };
  };
}

function etcd(cluster: ClusterAccess, { members }: ClusterObjects, access: Read<EtcdAccess>) {
  return ofMembers(members.etcd, (pods) => readEtcd(cluster, pods, access));
}

/** Only what runs, and is to stay, is asked. */
async function ofMembers<T>(
  pods: Read<readonly V1Pod[]>,
  ask: (pods: readonly { namespace: string; name: string }[]) => Promise<T>,
): Promise<Read<T>> {
  if (pods instanceof Unread) return pods;
  const running = pods.filter((pod) => pod.status?.phase === "Running" && !isLeaving(pod));
  return ask(
    running.map(({ metadata }) => ({ namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" })),
  );
}

/** The credentials that the graphs have, of the Secret that their env refers to; undefined where it refers to none. */
async function credentials(
  objects: ClusterReader,
  deployments: Read<readonly Manifest[]>,
  server: "NATS" | "ETCD",
): Promise<Read<EtcdUser | undefined>> {
  if (deployments instanceof Unread) return deployments;
  const variable = deployments.flatMap(graphEnv).find(({ name }) => name === `${server}_AUTH_USERNAME`);
  const secret = text(at(variable, "valueFrom", "secretKeyRef", "name"));
  if (secret === "") return undefined;
  const found = await objects.secret(secret);
  if (found instanceof Unread) return found;
  return userIn(found);
}

const userIn = ({ username = "", password = "" }: Readonly<Record<string, string>>): EtcdUser => ({
  name: username,
  password,
});

/** Env of a whole graph, in either version of its API. */
export function graphEnv(deployment: Manifest): Manifest[] {
  return [...list(at(deployment, "spec", "envs")), ...list(at(deployment, "spec", "env"))].map(record);
}
