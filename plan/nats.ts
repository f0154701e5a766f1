/** NATS with JetStream, as Dynamo needs it: https://docs.nats.io/running-a-nats-service/configuration. */
import { createHash } from "node:crypto";
import type { NatsEtcdDiscovery } from "../config/schema";
import { toBytes } from "../config/sizes";
import { memberHost, memberNames, memberServices, memberSet, memberStatefulSet } from "./members";
import type { PodMonitorPlan } from "./podMonitors";
import { guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";

export type NatsConfig = NatsEtcdDiscovery["nats"];

const members = memberSet("nats");
const { name, namespace, labels } = members;
export const natsNamespace = namespace;
/** Address for clients. Dynamo only takes it with the scheme. */
export const natsUrl = `nats://${name}.${namespace}:4222`;

const image = "nats:2.14.5-alpine";
const exporterImage = "natsio/prometheus-nats-exporter:0.20.1";

/** Prompts travel as messages on the NATS request plane: the platform chart's own limit, in bytes. */
const maxPayload = 15 * 2 ** 20;

/** The server's configuration file. Memory storage is off: streams must survive a restart. */
export function natsConf({ replicas, storage }: NatsConfig): string {
  const routes = memberNames(members, replicas).map((member) => `nats://${memberHost(members, member)}:6222`);
  const cluster = `
cluster {
  name: ${name}
  port: 6222
  no_advertise: true
  routes: [
${routes.map((route) => `    ${route}`).join("\n")}
  ]
}
`;
  return `server_name: $SERVER_NAME
port: 4222
http_port: 8222
pid_file: /var/run/nats/nats.pid
max_payload: ${maxPayload}
lame_duck_duration: 30s

jetstream {
  store_dir: /data
  max_memory_store: 0
  max_file_store: ${toBytes(storage)}
}
${replicas > 1 ? cluster : ""}`;
}

export function natsConfigMap(nats: NatsConfig) {
  return {
    metadata: { name: "nats-config", namespace, labels },
    data: { "nats.conf": natsConf(nats) },
  };
}

export function natsServices() {
  return memberServices(members, { name: "nats", port: 4222, appProtocol: "tcp" }, [
    { name: "cluster", port: 6222, appProtocol: "tcp" },
    { name: "monitor", port: 8222, appProtocol: "http" },
  ]);
}

export function natsStatefulSet(nats: NatsConfig) {
  return memberStatefulSet(members, {
    ...nats,
    // A change of the file restarts the members, one by one.
    annotations: { "checksum/config": createHash("sha256").update(natsConf(nats)).digest("hex") },
    pod: {
      ...restrictedPod,
      terminationGracePeriodSeconds: 60, // lame duck mode takes 30
      containers: [natsContainer(), exporterContainer()],
      volumes: [
        { name: "config", configMap: { name: "nats-config" } },
        { name: "pid", emptyDir: {} },
      ],
    },
  });
}

function natsContainer() {
  return {
    ...restrictedContainer,
    name,
    image,
    args: ["--config", "/etc/nats-config/nats.conf"],
    env: [podNameEnv, { name: "SERVER_NAME", value: "$(POD_NAME)" }],
    ports: [
      { name: "nats", containerPort: 4222 },
      { name: "cluster", containerPort: 6222 },
      { name: "monitor", containerPort: 8222 },
    ],
    resources: guaranteed("500m", "256Mi"),
    // Each path is the strictest that a healthy member passes while its peers are away.
    startupProbe: httpProbe("monitor", "/healthz?js-server-only=true", 10, 90),
    readinessProbe: httpProbe("monitor", "/healthz?js-server-only=true", 10, 3),
    livenessProbe: httpProbe("monitor", "/healthz?js-enabled-only=true", 30, 3),
    lifecycle: { preStop: { exec: { command: ["nats-server", "-sl=ldm=/var/run/nats/nats.pid"] } } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/nats-config" },
      { name: "pid", mountPath: "/var/run/nats" },
      { name: "data", mountPath: "/data" },
    ],
  };
}

function exporterContainer() {
  return {
    ...restrictedContainer,
    name: "prom-exporter",
    image: exporterImage,
    args: [
      "-port=7777",
      "-connz",
      "-routez",
      "-subz",
      "-varz",
      "-healthz", // varz freezes at its last values when the server is gone; healthz tells
      "-jsz=all",
      "-prefix=nats",
      "-use_internal_server_name", // the id changes with every restart
      "-ri=5",
      "http://localhost:8222/",
    ],
    ports: [{ name: "prom-metrics", containerPort: 7777 }],
    resources: guaranteed("100m", "64Mi"),
  };
}

export const natsPodMonitor: PodMonitorPlan = {
  name,
  namespace,
  port: "prom-metrics",
  selector: { matchLabels: labels },
};
