/** What is read of a stack that is well: two workers, a frontend, in either mode. */
import type { V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import type { ClusterObjects } from "../../../commands/verify/clusterObjects";
import type { DeclaredGraph, DeclaredStack } from "../../../commands/verify/declared";
import type { Evidence } from "../../../commands/verify/evidence";
import type { Manifest } from "../../../gpus/manifest";
import { runtime } from "../../config/runtimes";

export const now = new Date("2026-11-23T12:00:00Z");
export const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

export const model = "Qwen/Qwen2.5-1.5B-Instruct";

export type Mode = "kubernetes" | "nats-etcd";

/** @param natsClient whether its workers connect to NATS */
const servicesOf = (natsClient: boolean): DeclaredGraph["services"] => [
  { graph: "small", component: "Frontend", type: "frontend", replicas: 1, nodes: 1, natsClient: false },
  { graph: "small", component: "VllmWorker", type: "worker", replicas: 2, nodes: 1, natsClient },
];

export function stackOf(mode: Mode, version = "1.6.1", adopted = false): DeclaredStack {
  const isEtcd = mode === "nats-etcd";
  return {
    name: "dev",
    discoveryMode: mode,
    runtime: runtime(version, mode),
    context: undefined,
    owner: "dynamo-dev",
    budget: 4,
    servers: isEtcd
      ? [
          { server: "nats", address: "nats://nats.nats-system:4222", members: { replicas: 3 } },
          { server: "etcd", address: "http://etcd.etcd-system:2379", members: { replicas: 3 } },
        ]
      : [],
    graphs: [
      {
        name: "small",
        adopted,
        deployment: isEtcd ? "small-etcd" : "small",
        namespace: "dynamo",
        model,
        service: "small-frontend-np",
        expose: "ClusterIP",
        endpoint: undefined,
        services: servicesOf(isEtcd),
      },
    ],
  };
}

export interface PodOptions {
  readonly ready?: boolean;
  readonly since?: Date;
  readonly env?: Readonly<Record<string, string>>;
  readonly gpus?: number;
  readonly waiting?: { reason: string; message?: string };
  readonly labels?: Readonly<Record<string, string>>;
}

export function pod(name: string, options: PodOptions = {}): V1Pod {
  const { ready = true, since = ago(600), env = {}, gpus = 0, waiting, labels = {} } = options;
  return {
    metadata: { name, namespace: "dynamo", uid: name, labels },
    spec: {
      nodeName: "node-0",
      containers: [
        {
          name: "main",
          env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
          resources: gpus > 0 ? { limits: { "nvidia.com/gpu": String(gpus) } } : {},
        },
      ],
    },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: since }],
      containerStatuses: [
        {
          name: "main",
          image: "",
          imageID: "",
          ready,
          restartCount: 0,
          state: waiting ? { waiting } : { running: { startedAt: since } },
        },
      ],
    },
  };
}

export function graphPod(
  name: string,
  type: "frontend" | "worker",
  deployment: string,
  options: PodOptions = {},
): V1Pod {
  const labels = {
    "nvidia.com/dynamo-graph-deployment-name": deployment,
    "nvidia.com/dynamo-component": type === "frontend" ? "Frontend" : "VllmWorker",
    "nvidia.com/dynamo-component-type": type,
  };
  const isEtcd = deployment.endsWith("-etcd");
  const env = {
    DYN_NAMESPACE: `dynamo-${deployment}`,
    ...(type === "worker" && { DYN_NAMESPACE_WORKER_SUFFIX: "2d1c531c" }),
    ...(isEtcd
      ? { NATS_SERVER: "nats://nats.nats-system:4222", ETCD_ENDPOINTS: "http://etcd.etcd-system:2379" }
      : { DYN_DISCOVERY_BACKEND: "kubernetes" }),
    ...options.env,
  };
  return pod(name, { gpus: type === "worker" ? 1 : 0, ...options, env, labels });
}

export function deployment(name: string, backend: string, change: object = {}): Manifest {
  return {
    metadata: {
      name,
      namespace: "dynamo",
      generation: 2,
      annotations: { "nvidia.com/dynamo-discovery-backend": backend },
    },
    spec: { envs: [] },
    status: { observedGeneration: 2, conditions: [{ type: "Ready", status: "True" }] },
    ...change,
  };
}

export function slice(...pods: readonly V1Pod[]): V1EndpointSlice {
  return {
    addressType: "IPv4",
    metadata: { labels: { "nvidia.com/dynamo-discovery-enabled": "true" } },
    endpoints: pods.map(({ metadata, status }) => ({
      addresses: ["10.0.0.1"],
      conditions: { ready: status?.conditions?.[0]?.status === "True" },
      targetRef: { kind: "Pod", name: metadata?.name },
    })),
  };
}

export function podMonitor(name: string, labels: object = { release: "kube-prometheus-stack" }): Manifest {
  return { metadata: { name, namespace: "dynamo", labels } };
}

export function prometheus(spec: object): Manifest {
  return { metadata: { name: "main", namespace: "monitoring" }, spec };
}

const members = (server: string) => [0, 1, 2].map((i) => pod(`${server}-${i}`));
const instance = (id: string) => `v1/instances/dynamo-small-etcd-2d1c531c/backend/generate/${id}`;

export const etcdStatus = {
  header: { cluster_id: "1", member_id: "2" },
  leader: "3",
  dbSize: 45_056,
  dbSizeQuota: 268_435_456,
  errors: [] as string[],
};

export const natsStatus = {
  health: "ok",
  cluster: { leader: "nats-1", size: 3 },
  users: ["dynamo-1"],
};

/** What another test changes of it. */
export interface Changes extends Partial<Omit<Evidence, "cluster" | "stack">> {
  readonly stack?: Partial<DeclaredStack>;
  readonly cluster?: Partial<ClusterObjects>;
}

export function evidence(mode: Mode, { stack, cluster, ...rest }: Changes = {}): Evidence {
  const isEtcd = mode === "nats-etcd";
  const name = isEtcd ? "small-etcd" : "small";
  const pods = [
    graphPod("frontend-a", "frontend", name),
    graphPod("worker-a", "worker", name),
    graphPod("worker-b", "worker", name),
  ];
  return {
    stack: { ...stackOf(mode), ...stack },
    at: now,
    cluster: {
      pods,
      events: [],
      endpointSlices: [slice(...pods)],
      quotas: [
        { metadata: { name: "dynamo-gpu-budget" }, spec: { hard: { "requests.nvidia.com/gpu": "4" } } },
      ],
      deployments: [deployment(name, isEtcd ? "etcd" : "kubernetes")],
      workerMetadata: isEtcd ? [] : [{ metadata: { name: "worker-a" } }, { metadata: { name: "worker-b" } }],
      models: [],
      podMonitors: [podMonitor("dynamo-frontend"), podMonitor("dynamo-worker")],
      prometheuses: [
        prometheus({
          podMonitorSelector: { matchLabels: { release: "kube-prometheus-stack" } },
          podMonitorNamespaceSelector: {},
        }),
      ],
      namespaces: [{ metadata: { name: "dynamo", labels: { team: "inference" } } }],
      members: { nats: isEtcd ? members("nats") : [], etcd: isEtcd ? members("etcd") : [] },
      ...cluster,
    },
    frontends: new Map([["small-frontend-np", [{ pod: "frontend-a", models: [model] }]]]),
    nats: isEtcd ? [0, 1, 2].map((i) => ({ pod: `nats-${i}`, status: natsStatus })) : undefined,
    natsUser: isEtcd ? "dynamo-1" : undefined,
    etcd: isEtcd
      ? {
          members: [0, 1, 2].map((i) => ({ pod: `etcd-${i}`, status: etcdStatus })),
          keys: [instance("a1"), instance("b2")],
        }
      : undefined,
    ...rest,
  };
}
