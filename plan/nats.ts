/** NATS with JetStream, as Dynamo needs it: https://docs.nats.io/running-a-nats-service/configuration. */
import { createHash } from "node:crypto";
import type { NatsEtcdDiscovery } from "../config/schema";
import { toBytes } from "../config/sizes";
import type { PodMonitorPlan } from "./podMonitors";
import { guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";

export type NatsConfig = NatsEtcdDiscovery["nats"];

const name = "nats";
const headless = "nats-headless";
export const natsNamespace = "nats-system";
/** Address for clients. Dynamo only takes it with the scheme. */
export const natsUrl = `nats://${name}.${natsNamespace}:4222`;

const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": name };
const image = "nats:2.14.5-alpine";
const exporterImage = "natsio/prometheus-nats-exporter:0.20.1";

/** Prompts travel as messages on the NATS request plane: the platform chart's own limit, in bytes. */
const maxPayload = 15 * 2 ** 20;

/** The server's configuration file. Memory storage is off: streams must survive a restart. */
export function natsConf({ replicas, storage }: NatsConfig): string {
  const routes = Array.from(
    { length: replicas },
    (_, i) => `nats://${name}-${i}.${headless}.${natsNamespace}:6222`,
  );
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
    metadata: { name: "nats-config", namespace: natsNamespace, labels },
    data: { "nats.conf": natsConf(nats) },
  };
}

/** The Service for clients, and the one by which members find each other before they are ready. */
export function natsServices() {
  const client = { name: "nats", port: 4222, targetPort: "nats", appProtocol: "tcp" };
  return {
    client: {
      metadata: { name, namespace: natsNamespace, labels },
      spec: { selector: labels, ports: [client] },
    },
    headless: {
      metadata: { name: headless, namespace: natsNamespace, labels },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: labels,
        ports: [
          client,
          { name: "cluster", port: 6222, targetPort: "cluster", appProtocol: "tcp" },
          { name: "monitor", port: 8222, targetPort: "monitor", appProtocol: "http" },
        ],
      },
    },
  };
}

export function natsStatefulSet(nats: NatsConfig) {
  const checksum = createHash("sha256").update(natsConf(nats)).digest("hex");
  return {
    metadata: { name, namespace: natsNamespace, labels },
    spec: {
      serviceName: headless,
      replicas: nats.replicas,
      podManagementPolicy: "Parallel", // a member is only ready with its peers
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { "checksum/config": checksum } },
        spec: {
          ...restrictedPod,
          terminationGracePeriodSeconds: 60, // lame duck mode takes 30
          containers: [natsContainer(), exporterContainer()],
          volumes: [
            { name: "config", configMap: { name: "nats-config" } },
            { name: "pid", emptyDir: {} },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: nats.storage } } },
        },
      ],
    },
  };
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
  namespace: natsNamespace,
  port: "prom-metrics",
  selector: { matchLabels: labels },
};
