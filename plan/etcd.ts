/** etcd with static bootstrap: https://etcd.io/docs/v3.7/op-guide/clustering/#static. */
import type { NatsEtcdDiscovery } from "../config/schema";
import { defaultQuota, toBytes } from "../config/sizes";
import { memberHost, memberNames, memberServices, memberSet, memberStatefulSet } from "./members";
import type { PodMonitorPlan } from "./podMonitors";
import { guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";

export type EtcdConfig = NatsEtcdDiscovery["etcd"];

const members = memberSet("etcd");
const { name, namespace, labels } = members;
export const etcdNamespace = namespace;
/** Address for clients. */
export const etcdUrl = `http://${name}.${namespace}:2379`;

/** The official image. It has no shell, so everything is said in arguments. */
const image = "gcr.io/etcd-development/etcd:v3.7.1";

/** The server's arguments. A member keeps its place in the cluster in its volume: later starts ignore `--initial-*`. */
export function etcdArgs({ replicas, storage, quota }: EtcdConfig): string[] {
  const self = memberHost(members, "$(POD_NAME)");
  const cluster = memberNames(members, replicas).map(
    (member) => `${member}=http://${memberHost(members, member)}:2380`,
  );
  return [
    "--name=$(POD_NAME)",
    "--data-dir=/var/lib/etcd/data", // not the volume's root, whose mode etcd warns about
    "--listen-client-urls=http://0.0.0.0:2379",
    `--advertise-client-urls=http://${self}:2379`,
    "--listen-peer-urls=http://0.0.0.0:2380",
    `--initial-advertise-peer-urls=http://${self}:2380`,
    `--initial-cluster=${cluster.join(",")}`,
    `--initial-cluster-token=${namespace}`,
    "--initial-cluster-state=new",
    "--listen-metrics-urls=http://0.0.0.0:2381",
    `--quota-backend-bytes=${toBytes(quota ?? defaultQuota(storage))}`,
    // Workers renew a lease every few seconds; without compaction each revision stays for ever.
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=1h",
  ];
}

export function etcdServices() {
  return memberServices(members, { name: "client", port: 2379 }, [{ name: "peer", port: 2380 }]);
}

export function etcdStatefulSet(etcd: EtcdConfig) {
  return memberStatefulSet(members, {
    ...etcd,
    pod: { ...restrictedPod, containers: [etcdContainer(etcd)] },
  });
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
  namespace,
  port: "metrics",
  selector: { matchLabels: labels },
};
