import { type NatsEtcdDiscovery, serversOf } from "../config/discovery";
import type { EncryptionConfig } from "../config/encryption";
import type { DiscoveryMode } from "../config/names";
import type { StackConfig } from "../config/schema";
import {
  type CertificatePlan,
  clientsCertificate,
  type Encryption,
  encryptionOf,
  graphsCertificate,
} from "./certificates/certificates";
import { type CertificateVolume, certificateVolume, requestsEnv } from "./certificates/env";
import type { EnvVar } from "./envVar";
import type { PodMonitorPlan } from "./monitoring/podMonitors";
import { clientEnv } from "./servers/clientEnv";
import { type Credentials, credentials } from "./servers/credentials";
import { type EtcdPlan, etcdPodMonitor, planEtcd } from "./servers/etcd";
import { type NatsPlan, natsPodMonitor, planNats } from "./servers/nats";
import type { ServerContext } from "./servers/serverContext";
import { type ServerSummary, summariseServers } from "./servers/summary";
import { surroundingsOf } from "./servers/surroundings";

/** The servers by which a graph's pods find each other: none in mode `kubernetes`. */
export interface DiscoveryPlanePlan {
  readonly mode: DiscoveryMode;
  /** Addresses that the graphs' pods get as env, and their credentials. */
  readonly env: readonly EnvVar[];
  /** Files of the graphs' pods with their certificates. */
  readonly volumes: readonly CertificateVolume[];
  /** Undefined: nothing is encrypted. */
  readonly encryption: EncryptionPlan | undefined;
  /** The servers that the stack runs. */
  readonly servers: ServersPlan | undefined;
  /** All servers, also those that someone else runs. */
  readonly summary: readonly ServerSummary[];
  readonly podMonitors: readonly PodMonitorPlan[];
}

/** Certificates of a stack. */
export interface EncryptionPlan extends Encryption {
  /** Whether nothing may go in plain text beside them. */
  readonly refusesPlain: boolean;
  /** That of the graphs. The servers' are in their own plans. */
  readonly certificate: CertificatePlan;
  /** Those of the graphs of other stacks, in their namespaces. */
  readonly copies: readonly CertificatePlan[];
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
  const encryption =
    config.runtime.certificates === undefined
      ? undefined
      : planEncryption(config.encryption, config, discovery);
  const certificate = encryption?.certificate.metadata.name;
  const own = certificate === undefined ? [] : [certificateVolume("dynamo-tls", certificate)];
  const requests = encryption ? requestsEnv() : [];
  if (discovery === undefined)
    return {
      mode,
      env: requests,
      volumes: own,
      encryption,
      servers: undefined,
      summary: [],
      podMonitors: [],
    };
  const servers = planServers(discovery, config, encryption);
  const { nats } = discovery;
  return {
    mode,
    env: [...requests, ...clientEnv(discovery, servers, certificate)],
    volumes: [
      ...own,
      ...(nats.external && nats.certificate !== undefined
        ? [certificateVolume("nats-tls", nats.certificate)]
        : []),
    ],
    encryption,
    servers,
    summary: summariseServers(discovery, servers),
    podMonitors: [...(servers.nats ? [natsPodMonitor] : []), ...(servers.etcd ? [etcdPodMonitor] : [])],
  };
}

function planEncryption(
  settings: EncryptionConfig,
  { namespace }: StackConfig,
  discovery: NatsEtcdDiscovery | undefined,
): EncryptionPlan {
  const encryption = encryptionOf(settings);
  const others = discovery ? otherNamespaces(discovery, namespace.name) : [];
  return {
    ...encryption,
    refusesPlain: settings.refusePlain,
    certificate: graphsCertificate(namespace.name, encryption),
    copies: others.flatMap((other) =>
      encryption.valid.map((generation) => clientsCertificate(other, { ...encryption, generation })),
    ),
  };
}

/** Other namespaces with clients. */
const otherNamespaces = ({ clientNamespaces }: NatsEtcdDiscovery, own: string) =>
  [...new Set(clientNamespaces)].filter((name) => name !== own);

function planServers(
  discovery: NatsEtcdDiscovery,
  config: StackConfig,
  encryption: Encryption | undefined,
): ServersPlan {
  const { nats, etcd, keepVolumes } = discovery;
  const own = [config.namespace.name, config.platform.namespace];
  const clientNamespaces = otherNamespaces(discovery, config.namespace.name);
  const context: ServerContext = {
    clients: [...new Set([...own, ...clientNamespaces])],
    monitoring: config.monitoring.namespace,
    credentials: credentials(discovery.credentials.generation),
    encryption,
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
