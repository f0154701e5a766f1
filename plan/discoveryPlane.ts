import { type NatsEtcdDiscovery, serversOf } from "../config/discovery";
import type { DiscoveryMode } from "../config/names";
import type { StackConfig } from "../config/schema";
import type { EnvVar } from "./envVar";
import type { PodMonitorPlan } from "./monitoring/podMonitors";
import {
  type Credentials,
  certificateEnv,
  credentials,
  credentialsEnv,
  type Server,
  secretName,
} from "./servers/credentials";
import { type EtcdPlan, etcdPodMonitor, planEtcd } from "./servers/etcd";
import { etcdUrl } from "./servers/etcdMembers";
import { type NatsPlan, natsPodMonitor, natsUrl, planNats } from "./servers/nats";
import type { ServerContext } from "./servers/serverContext";
import { type ServerSummary, summariseServers } from "./servers/summary";
import { surroundingsOf } from "./servers/surroundings";

/** The servers by which a graph's pods find each other: none in mode `kubernetes`. */
export interface DiscoveryPlanePlan {
  readonly mode: DiscoveryMode;
  /** Addresses that the graphs' pods get as env, and their credentials. */
  readonly env: readonly EnvVar[];
  /** The servers that the stack runs. */
  readonly servers: ServersPlan | undefined;
  /** All servers, also those that someone else runs. */
  readonly summary: readonly ServerSummary[];
  readonly podMonitors: readonly PodMonitorPlan[];
}

/** NATS and etcd that the stack runs; undefined where someone else runs one. */
export interface ServersPlan {
  readonly nats: NatsPlan | undefined;
  readonly etcd: EtcdPlan | undefined;
  readonly credentials: Credentials;
  /** Other namespaces with clients, which get Secrets of all valid generations: their graphs are not the stack's to roll. */
  readonly clientNamespaces: readonly string[];
  /** Whether their namespaces and volumes outlive the stack. */
  readonly keepVolumes: boolean;
}

/** Namespaces of their own that the servers of the stack have. */
export function serverNamespaces(servers: ServersPlan | undefined): string[] {
  const guards = [servers?.nats, servers?.etcd].flatMap((server) => server?.guard ?? []);
  return guards.map(({ namespace }) => namespace.metadata.name);
}

/** The discovery plane of a config. */
export function discoveryPlane(config: StackConfig): DiscoveryPlanePlan {
  const { mode } = config.discovery;
  const discovery = serversOf(config.discovery);
  if (discovery === undefined) return { mode, env: [], servers: undefined, summary: [], podMonitors: [] };
  const servers = planServers(discovery, config);
  return {
    mode,
    env: natsEtcdEnv(discovery),
    servers,
    summary: summariseServers(discovery, servers.credentials),
    podMonitors: [...(servers.nats ? [natsPodMonitor] : []), ...(servers.etcd ? [etcdPodMonitor] : [])],
  };
}

function planServers(discovery: NatsEtcdDiscovery, config: StackConfig): ServersPlan {
  const { nats, etcd, keepVolumes } = discovery;
  const own = [config.namespace.name, config.platform.namespace];
  const clientNamespaces = [...new Set(discovery.clientNamespaces)].filter((name) => name !== own[0]);
  const context: ServerContext = {
    clients: [...new Set([...own, ...clientNamespaces])],
    monitoring: config.monitoring.namespace,
    credentials: credentials(discovery.credentials.generation),
    around: surroundingsOf(config),
  };
  return {
    nats: nats.external ? undefined : planNats(nats, context),
    etcd: etcd.external ? undefined : planEtcd(etcd, context),
    credentials: context.credentials,
    clientNamespaces,
    keepVolumes,
  };
}

function natsEtcdEnv({ nats, etcd, credentials: { generation } }: NatsEtcdDiscovery): EnvVar[] {
  const client = (server: Server) => secretName(server, "client", generation);
  const withPassword = (server: Server, secret: string | undefined) =>
    secret === undefined ? [] : credentialsEnv(server, secret);
  return [
    { name: "NATS_SERVER", value: nats.external ? nats.server : natsUrl },
    ...withPassword("nats", nats.external ? nats.secret : client("nats")),
    { name: "ETCD_ENDPOINTS", value: etcd.external ? etcd.endpoints.join(",") : etcdUrl },
    ...withPassword("etcd", etcd.external ? etcd.secret : client("etcd")),
    ...(etcd.external && etcd.certificate !== undefined ? certificateEnv(etcd.certificate) : []),
  ];
}
