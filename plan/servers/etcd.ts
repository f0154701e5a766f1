/** etcd with static bootstrap: https://etcd.io/docs/v3.7/op-guide/clustering/#static. */
import type { EtcdConfig } from "../../config/discovery";
import { toBytes } from "../../config/sizes";
import type { PodMonitorPlan } from "../monitoring/podMonitors";
import { secretName } from "./credentials";
import { etcdAccess } from "./etcdAccess";
import { bootstrapArgs, dataDir, dataMount, etcdMembers, etcdTools, etcdUrl } from "./etcdMembers";
import { etcdSnapshots, quotaOf } from "./etcdSnapshots";
import { guardedNamespace, memberRules, podsLabelled } from "./guardedNamespace";
import { memberHost, memberManifests } from "./members";
import { goMemoryLimit, guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";
import { serverCertificate } from "./serverCertificate";
import type { ServerContext } from "./serverContext";
import type { ServerSurroundings } from "./surroundings";
import { httpScheme, type Tls, tlsFiles, tlsMounts, tlsVolumes } from "./tls";

const { name, namespace, labels } = etcdMembers;

const ports = {
  client: { name: "client", port: 2379 },
  peer: { name: "peer", port: 2380 },
  metrics: { name: "metrics", port: 2381 },
};

/** The server's arguments. A member keeps its place in the cluster in its volume: later starts ignore `--initial-*`. */
function etcdArgs(etcd: EtcdConfig, domain: string, tls: Tls): string[] {
  const member = "$(POD_NAME)";
  const scheme = httpScheme(tls);
  return [
    ...bootstrapArgs(member, etcd.replicas, domain, tls),
    "--initial-cluster-state=new",
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${scheme}://0.0.0.0:2379`,
    `--advertise-client-urls=${scheme}://${memberHost(etcdMembers, member, domain)}:2379`,
    `--listen-peer-urls=${scheme}://0.0.0.0:2380`,
    "--listen-metrics-urls=http://0.0.0.0:2381",
    `--quota-backend-bytes=${toBytes(quotaOf(etcd))}`,
    // Workers renew a lease every few seconds; without compaction each revision stays for ever.
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=1h",
    // A member whose data is corrupt does not start, or raises an alarm, rather than to answer.
    "--feature-gates=InitialCorruptCheck=true,CompactHashCheck=true",
    // Costly hashes protect passwords that people choose. Here they would only slow the hour when all workers reconnect.
    "--bcrypt-cost=4",
    ...(tls === undefined ? [] : tlsArgs),
  ];
}

/** Members ask clients and each other for certificates: https://etcd.io/docs/v3.7/op-guide/security/ */
const tlsArgs = ["", "peer-"].flatMap((side) => [
  `--${side}cert-file=${tlsFiles.certificate}`,
  `--${side}key-file=${tlsFiles.key}`,
  `--${side}trusted-ca-file=${tlsFiles.authorities}`,
  `--${side}client-cert-auth`,
]);

export type EtcdPlan = ReturnType<typeof planEtcd>;

/** The plan of etcd. */
export function planEtcd(config: EtcdConfig, context: ServerContext) {
  const { credentials, encryption, around } = context;
  const certificate =
    encryption && serverCertificate(etcdMembers, config.replicas, around.domain, encryption);
  const tls = certificate?.metadata.name;
  const auth = { metadata: { name: secretName("etcd", "auth", credentials.generation), namespace } };
  return {
    config,
    /** Address for clients. */
    url: etcdUrl(tls),
    guard: guardedNamespace(namespace, [
      memberRules(etcdMembers, ports, context, [podsLabelled(etcdTools)]),
      {
        name: "etcd-tools",
        pods: etcdTools,
        ingress: [],
        egress: [{ port: ports.client.port, peers: [podsLabelled(labels)] }],
      },
    ]),
    /** The Secret of the files that {@link etcdSecretFiles} makes. */
    auth,
    /** Undefined: it speaks plain text. */
    certificate,
    members: memberManifests(etcdMembers, {
      ...config,
      storageClass: config.storageClass,
      ports: { client: ports.client, others: [ports.peer] },
      certificate,
      pod: {
        ...restrictedPod(around, config.placement),
        containers: [etcdContainer(config, around, tls)],
        ...(tls !== undefined && { volumes: tlsVolumes(tls) }),
      },
    }),
    access: etcdAccess(config, context, auth.metadata.name, tls),
    snapshots: config.snapshots && etcdSnapshots(config, config.snapshots, around, auth.metadata.name, tls),
    around,
  };
}

function etcdContainer(etcd: EtcdConfig, { images, domain }: ServerSurroundings, tls: Tls) {
  return {
    ...restrictedContainer,
    name,
    image: images.etcd,
    command: ["/usr/local/bin/etcd"],
    args: etcdArgs(etcd, domain, tls),
    env: [podNameEnv, goMemoryLimit(etcd.memory)],
    ports: Object.values(ports).map(({ name, port }) => ({ name, containerPort: port })),
    resources: guaranteed(etcd.cpu, etcd.memory),
    startupProbe: httpProbe("metrics", "/livez", 5, 60),
    readinessProbe: httpProbe("metrics", "/readyz", 10, 3), // fails where there is no quorum
    livenessProbe: httpProbe("metrics", "/livez", 30, 3), // does not
    volumeMounts: [dataMount, ...tlsMounts(tls)],
  };
}

export const etcdPodMonitor: PodMonitorPlan = {
  name,
  namespace,
  port: ports.metrics.name,
  selector: { matchLabels: labels },
};
