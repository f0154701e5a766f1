/** NATS with JetStream, as Dynamo needs it. */
import { createHash } from "node:crypto";
import type { NatsConfig } from "../../config/discovery";
import type { PodMonitorPlan } from "../monitoring/podMonitors";
import { secretName } from "./credentials";
import { guardedNamespace, memberRules } from "./guardedNamespace";
import { memberManifests, memberSet } from "./members";
import { natsConf } from "./natsConf";
import { goMemoryLimit, guaranteed, httpProbe, podNameEnv, restrictedContainer, restrictedPod } from "./pods";
import { serverCertificate } from "./serverCertificate";
import type { ServerContext } from "./serverContext";
import type { ServerSurroundings } from "./surroundings";
import { type Tls, tlsMounts, tlsVolumes } from "./tls";

const set = memberSet("nats");
const { name, namespace, labels } = set;

const ports = {
  client: { name: "nats", port: 4222, appProtocol: "tcp" },
  cluster: { name: "cluster", port: 6222, appProtocol: "tcp" },
  monitor: { name: "monitor", port: 8222, appProtocol: "http" },
  metrics: { name: "prom-metrics", port: 7777 },
};

export type NatsPlan = ReturnType<typeof planNats>;

/** The plan of NATS. */
export function planNats(config: NatsConfig, context: ServerContext) {
  const { around, credentials, encryption } = context;
  const { generation } = credentials;
  const certificate = encryption && serverCertificate(set, config.replicas, around.domain, encryption);
  const tls = certificate?.metadata.name;
  const conf = natsConf(config, tls);
  const configMap = { metadata: { name: "nats-config", namespace, labels }, data: { "nats.conf": conf } };
  const auth = { metadata: { name: secretName("nats", "auth", generation), namespace, labels } };
  return {
    config,
    /** Address for clients. Dynamo only takes it with the scheme. */
    url: `${tls === undefined ? "nats" : "tls"}://${name}.${namespace}:4222`,
    guard: guardedNamespace(namespace, [memberRules(set, { ...ports, peer: ports.cluster }, context)]),
    configMap,
    /** The Secret of the files that {@link natsSecretFiles} makes. */
    auth,
    /** Undefined: it speaks plain text. */
    certificate,
    around,
    members: memberManifests(set, {
      ...config,
      storageClass: config.storageClass,
      ports: { client: ports.client, others: [ports.cluster, ports.monitor] },
      // A change of the file restarts the members, one by one.
      annotations: { "checksum/config": createHash("sha256").update(conf).digest("hex") },
      certificate,
      pod: {
        terminationGracePeriodSeconds: 60, // lame duck mode takes 40
        ...restrictedPod(around, config.placement),
        containers: [natsContainer(config, around, tls), exporterContainer(around)],
        volumes: [
          {
            name: "config",
            projected: {
              sources: [
                { configMap: { name: configMap.metadata.name } },
                { secret: { name: auth.metadata.name } },
              ],
            },
          },
          { name: "pid", emptyDir: { sizeLimit: "1Mi" } },
          ...tlsVolumes(tls),
        ],
      },
    }),
  };
}

function natsContainer({ cpu, memory }: NatsConfig, { images }: ServerSurroundings, tls: Tls) {
  return {
    ...restrictedContainer,
    name,
    image: images.nats,
    args: ["--config", "/etc/nats-config/nats.conf"],
    env: [podNameEnv, { name: "SERVER_NAME", value: "$(POD_NAME)" }, goMemoryLimit(memory)],
    ports: [ports.client, ports.cluster, ports.monitor].map(({ name, port }) => ({
      name,
      containerPort: port,
    })),
    resources: guaranteed(cpu, memory),
    // A restarted member is ready when it has caught up, and only then does the next one restart.
    startupProbe: httpProbe("monitor", "/healthz", 5, 180),
    // From then on each path is the strictest that a healthy member passes while its peers are away.
    readinessProbe: httpProbe("monitor", "/healthz?js-server-only=true", 10, 3),
    livenessProbe: httpProbe("monitor", "/healthz?js-enabled-only=true", 30, 3),
    lifecycle: { preStop: { exec: { command: ["nats-server", "-sl=ldm=/var/run/nats/nats.pid"] } } },
    volumeMounts: [
      { name: "config", mountPath: "/etc/nats-config" },
      { name: "pid", mountPath: "/var/run/nats" },
      { name: "data", mountPath: "/data" },
      ...tlsMounts(tls),
    ],
  };
}

function exporterContainer({ images }: ServerSurroundings) {
  const memory = "64Mi";
  return {
    ...restrictedContainer,
    name: "prom-exporter",
    image: images.natsExporter,
    args: [
      `-port=${ports.metrics.port}`,
      "-connz",
      "-routez",
      "-subz",
      "-varz",
      "-healthz", // varz freezes at its last values when the server is gone; healthz shows it
      "-jsz=all",
      "-prefix=nats",
      "-use_internal_server_name", // the id changes with every restart
      "-ri=5",
      "http://localhost:8222/",
    ],
    env: [goMemoryLimit(memory)],
    ports: [{ name: ports.metrics.name, containerPort: ports.metrics.port }],
    resources: guaranteed("100m", memory),
  };
}

export const natsPodMonitor: PodMonitorPlan = {
  name,
  namespace,
  port: ports.metrics.name,
  selector: { matchLabels: labels },
};
