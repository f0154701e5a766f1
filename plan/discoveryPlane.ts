/** What a discovery mode means. The only place that decides on the mode: elsewhere there is data from here. */
import type { NatsEtcdDiscovery } from "../config/discovery";
import type { DiscoveryMode } from "../config/names";
import type { StackConfig } from "../config/schema";
import type { RuntimeLine } from "../config/versions";
import { kubernetesWiring, natsEtcdWiring, type Wiring } from "./compatibility";
import type { EnvVar } from "./envVar";
import { natsClients } from "./graph/natsClients";
import type { AlertGroup } from "./monitoring/alerts";
import { etcdAlerts } from "./monitoring/etcdAlerts";
import { natsAlerts } from "./monitoring/natsAlerts";
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

export interface DiscoveryPlanePlan {
  readonly mode: DiscoveryMode;
  readonly wiring: Wiring;
  /** Addresses that the graphs' pods get as env, and their credentials. */
  readonly env: readonly EnvVar[];
  /** The servers that the stack runs. */
  readonly servers: ServersPlan | undefined;
  /** All servers, also those that someone else runs. */
  readonly summary: readonly ServerSummary[];
  readonly podMonitors: readonly PodMonitorPlan[];
  readonly alerts: readonly AlertGroup[];
}

export interface ServersPlan {
  readonly nats: NatsPlan | undefined;
  readonly etcd: EtcdPlan | undefined;
  readonly credentials: Credentials;
  /** Whether their namespaces and volumes outlive the stack. */
  readonly keepVolumes: boolean;
}

export function discoveryPlane(config: StackConfig, line: RuntimeLine): DiscoveryPlanePlan {
  const { discovery } = config;
  switch (discovery.mode) {
    case "kubernetes":
      return {
        mode: discovery.mode,
        wiring: kubernetesWiring(line),
        env: [],
        servers: undefined,
        summary: [],
        podMonitors: [],
        alerts: [],
      };
    case "nats-etcd": {
      const servers = planServers(discovery, config);
      const wiring = natsEtcdWiring(line, discovery.requestPlane);
      return {
        mode: discovery.mode,
        wiring,
        env: natsEtcdEnv(discovery),
        servers,
        summary: summariseServers(discovery, servers.credentials),
        podMonitors: [...(servers.nats ? [natsPodMonitor] : []), ...(servers.etcd ? [etcdPodMonitor] : [])],
        alerts: serverAlerts(discovery, config.namespace.name, natsClients(config, wiring, line)),
      };
    }
    default:
      return discovery satisfies never;
  }
}

function planServers(discovery: NatsEtcdDiscovery, config: StackConfig): ServersPlan {
  const { nats, etcd, keepVolumes } = discovery;
  const context: ServerContext = {
    clients: [config.namespace.name, config.platform.namespace],
    monitoring: config.monitoring.namespace,
    credentials: credentials(discovery.credentials.generation),
  };
  return {
    nats: nats.external ? undefined : planNats(nats, context),
    etcd: etcd.external ? undefined : planEtcd(etcd, context),
    credentials: context.credentials,
    keepVolumes,
  };
}

function serverAlerts(
  { nats, etcd }: NatsEtcdDiscovery,
  graphs: string,
  clients: string | undefined,
): AlertGroup[] {
  return [
    ...(nats.external ? [] : [natsAlerts(nats.replicas, graphs, clients)]),
    ...(etcd.external ? [] : [etcdAlerts(etcd.replicas)]),
  ];
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
