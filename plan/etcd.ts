/** etcd with static bootstrap: https://etcd.io/docs/v3.7/op-guide/clustering/#static. */
import type { NatsEtcdDiscovery } from "../config/schema";
import { defaultQuota, toBytes } from "../config/sizes";
import type { PodMonitorPlan } from "./podMonitors";
import { guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";

export type EtcdConfig = NatsEtcdDiscovery["etcd"];

const name = "etcd";
const headless = "etcd-headless";
export const etcdNamespace = "etcd-system";
/** Address for clients. */
export const etcdUrl = `http://${name}.${etcdNamespace}:2379`;

const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": name };
/** The official image. It has no shell, so everything is said in arguments. */
const image = "gcr.io/etcd-development/etcd:v3.7.1";

/** Name of a member on the network, in full: etcd compares the peer addresses of members as text. */
const host = (member: string) => `${member}.${headless}.${etcdNamespace}.svc.cluster.local`;

/** The server's arguments. A member keeps its place in the cluster in its volume: later starts ignore `--initial-*`. */
export function etcdArgs({ replicas, storage, quota }: EtcdConfig): string[] {
  const self = host("$(POD_NAME)");
  const members = Array.from(
    { length: replicas },
    (_, i) => `${name}-${i}=http://${host(`${name}-${i}`)}:2380`,
  );
  return [
    "--name=$(POD_NAME)",
    "--data-dir=/var/lib/etcd/data", // not the volume's root, whose mode etcd warns about
    "--listen-client-urls=http://0.0.0.0:2379",
    `--advertise-client-urls=http://${self}:2379`,
    "--listen-peer-urls=http://0.0.0.0:2380",
    `--initial-advertise-peer-urls=http://${self}:2380`,
    `--initial-cluster=${members.join(",")}`,
    `--initial-cluster-token=${etcdNamespace}`,
    "--initial-cluster-state=new",
    "--listen-metrics-urls=http://0.0.0.0:2381",
    `--quota-backend-bytes=${toBytes(quota ?? defaultQuota(storage))}`,
    // Workers renew a lease every few seconds; without compaction each revision stays for ever.
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=1h",
  ];
}

/** The Service for clients, and the one by which members find each other before they are ready. */
export function etcdServices() {
  const client = { name: "client", port: 2379, targetPort: "client" };
  return {
    client: {
      metadata: { name, namespace: etcdNamespace, labels },
      spec: { selector: labels, ports: [client] },
    },
    headless: {
      metadata: { name: headless, namespace: etcdNamespace, labels },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: labels,
        ports: [client, { name: "peer", port: 2380, targetPort: "peer" }],
      },
    },
  };
}

export function etcdStatefulSet(etcd: EtcdConfig) {
  return {
    metadata: { name, namespace: etcdNamespace, labels },
    spec: {
      serviceName: headless,
      replicas: etcd.replicas,
      podManagementPolicy: "Parallel", // the first member alone never has a quorum
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...restrictedPod, containers: [etcdContainer(etcd)] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: etcd.storage } } },
        },
      ],
    },
  };
}

function etcdContainer(etcd: EtcdConfig) {
  return {
    ...restrictedContainer,
    name,
    image,
    command: ["/usr/local/bin/etcd"],
    args: etcdArgs(etcd),
    env: [podNameEnv],
    ports: [
      { name: "client", containerPort: 2379 },
      { name: "peer", containerPort: 2380 },
      { name: "metrics", containerPort: 2381 },
    ],
    resources: guaranteed("500m", "512Mi"),
    startupProbe: httpProbe("metrics", "/livez", 10, 30),
    readinessProbe: httpProbe("metrics", "/readyz", 10, 3),
    livenessProbe: httpProbe("metrics", "/livez", 30, 3),
    volumeMounts: [{ name: "data", mountPath: "/var/lib/etcd" }],
  };
}

export const etcdPodMonitor: PodMonitorPlan = {
  name,
  namespace: etcdNamespace,
  port: "metrics",
  selector: { matchLabels: labels },
};
