import type {
  V1Container,
  V1EnvVar,
  V1PodSpec,
  V1Probe,
  V1ResourceRequirements,
} from "@kubernetes/client-node";
import { discoveryAccount } from "./access";
import {
  annotations,
  type ComponentSpec,
  componentTypeOf,
  discoversByKubernetes,
  dynamoNamespace,
  type GraphResource,
  isWorker,
  type OperatorRelease,
  type ResourceItem,
  type StringMap,
  workerHash,
} from "./graphResource";

interface PodOptions {
  release: OperatorRelease;
  /** Goes to every pod as ETCD_ENDPOINTS, in either discovery mode, unless the graph says otherwise. */
  etcdAddress?: string;
  /** The component's annotations. */
  noted: StringMap;
}

type Defaults = Partial<V1Container> & { variables: StringMap };

const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: "TCP" });

/** Times are in seconds. */
const probe = (
  path: string,
  port: string,
  periodSeconds: number,
  timeoutSeconds: number,
  failureThreshold: number,
) => ({ httpGet: { path, port }, periodSeconds, timeoutSeconds, failureThreshold }) satisfies V1Probe;

const systemProbes = {
  livenessProbe: probe("/live", "system", 5, 4, 1),
  readinessProbe: probe("/health", "system", 10, 4, 3),
  // Two hours, in which a worker may load its model.
  startupProbe: probe("/live", "system", 10, 5, 720),
};

function frontendDefaults(release: OperatorRelease, namespace: string): Defaults {
  return {
    command: ["python3"],
    args: ["-m", "dynamo.frontend"],
    ports: [port("http", 8000)],
    livenessProbe: { ...probe("/live", "http", 10, 1, 3), initialDelaySeconds: 15 },
    readinessProbe: { ...probe("/health", "http", 10, 3, 3), initialDelaySeconds: 10 },
    variables: {
      DYNAMO_PORT: "8000",
      DYN_HTTP_PORT: "8000",
      ...(release === "1.4" && { DYN_NAMESPACE_PREFIX: namespace }),
    },
  };
}

function workerDefaults(release: OperatorRelease, graph: GraphResource): Defaults {
  const newer: StringMap = {
    NIXL_TELEMETRY_ENABLE: "n",
    NIXL_TELEMETRY_EXPORTER: "prometheus",
    NIXL_TELEMETRY_PROMETHEUS_PORT: "19090",
    DYN_FORWARDPASS_METRIC_PORT: "20380",
    DYN_NAMESPACE_WORKER_SUFFIX: workerHash(graph),
  };
  return {
    ports: release === "1.4" ? [port("system", 9090), port("nixl", 19090)] : [port("system", 9090)],
    ...systemProbes,
    variables: {
      DYN_SYSTEM_ENABLED: "true",
      DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
      DYN_SYSTEM_PORT: "9090",
      DYN_HEALTH_CHECK_ENABLED: "false",
      ...(release === "1.4" && newer),
    },
  };
}

function plannerDefaults(release: OperatorRelease): Defaults {
  const variables = { PLANNER_PROMETHEUS_PORT: "9085" };
  if (release === "0.8") return { ports: [port("metrics", 9085)], variables };
  const ports = [port("metrics", 9085), port("system", 9090)];
  return { ports, ...systemProbes, variables: { ...variables, DYN_SYSTEM_PORT: "9090" } };
}

function defaultsOf(graph: GraphResource, component: ComponentSpec, release: OperatorRelease): Defaults {
  if (component.componentType === "frontend")
    return frontendDefaults(release, dynamoNamespace(graph, component));
  if (component.componentType === "planner") return plannerDefaults(release);
  return isWorker(component) ? workerDefaults(release, graph) : { variables: {} };
}

/** Variables sorted by name; of two of one name the one in the later list wins. */
function mergeEnv(...lists: (readonly V1EnvVar[] | undefined)[]): V1EnvVar[] {
  const merged = new Map(lists.flatMap((list) => list ?? []).map((variable) => [variable.name, variable]));
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function envVars(
  graph: GraphResource,
  component: ComponentSpec,
  variables: StringMap,
  options: PodOptions,
): V1EnvVar[] {
  const { release, etcdAddress, noted } = options;
  const injected: StringMap = {
    DYN_NAMESPACE: dynamoNamespace(graph, component),
    DYN_COMPONENT: componentTypeOf(component, release),
    DYN_PARENT_DGD_K8S_NAME: graph.metadata.name,
    DYN_PARENT_DGD_K8S_NAMESPACE: graph.metadata.namespace,
    // Any value but this one makes the runtime discover through Kubernetes.
    ...(noted[annotations.discovery] !== "etcd" && { DYN_DISCOVERY_BACKEND: "kubernetes" }),
    ...(etcdAddress && { ETCD_ENDPOINTS: etcdAddress }),
    ...variables,
  };
  const ofPod = ["name", "namespace", "uid"].map((field) => ({
    name: `POD_${field.toUpperCase()}`,
    valueFrom: { fieldRef: { fieldPath: `metadata.${field}` } },
  }));
  const operator = [...Object.entries(injected).map(([name, value]) => ({ name, value })), ...ofPod];
  const main = component.extraPodSpec?.mainContainer?.env;
  // v1beta1 has no env of a service beside its main container's, and 1.4 converts in this order.
  return release === "0.8"
    ? mergeEnv(operator, main, graph.spec.envs, component.envs)
    : mergeEnv(operator, graph.spec.envs, component.envs, main);
}

function quantities({ cpu, memory, gpu, gpuType = "nvidia.com/gpu", custom }: ResourceItem): StringMap {
  const given = Object.entries({ cpu, memory, [gpuType]: gpu, ...custom }).filter(([, quantity]) => quantity);
  return Object.fromEntries(given) as StringMap;
}

function resources(component: ComponentSpec, release: OperatorRelease): V1ResourceRequirements {
  const own = component.extraPodSpec?.mainContainer?.resources;
  const { limits = {}, requests = {} } = component.resources ?? {};
  // 0.8 passes on no request for GPUs: Kubernetes takes it from the limit.
  const requested = release === "0.8" ? { ...requests, gpu: undefined } : requests;
  return {
    ...own,
    ...(component.resources?.limits && { limits: { ...own?.limits, ...quantities(limits) } }),
    ...(component.resources?.requests && { requests: { ...own?.requests, ...quantities(requested) } }),
  };
}

/** The pod of a component that runs on one node, as the operator of that release makes it. */
export function renderPodSpec(
  graph: GraphResource,
  component: ComponentSpec,
  options: PodOptions,
): V1PodSpec {
  const { mainContainer, containers: sidecars = [], ...extra } = component.extraPodSpec ?? {};
  const { variables, ...defaults } = defaultsOf(graph, component, options.release);
  const { livenessProbe, readinessProbe, envFromSecret, sharedMemory, volumeMounts = [] } = component;
  const claims = volumeMounts.map(({ name, mountPoint = "" }) => ({ name, mountPath: mountPoint }));
  const shared = sharedMemory?.disabled ? [] : [{ name: "shared-memory", mountPath: "/dev/shm" }];
  const secret = envFromSecret ? [{ secretRef: { name: envFromSecret } }] : [];

  const main: V1Container = {
    command: ["/bin/sh", "-c"],
    ...defaults,
    ...mainContainer,
    ...(livenessProbe && { livenessProbe }),
    ...(readinessProbe && { readinessProbe }),
    name: "main",
    env: envVars(graph, component, variables, options),
    envFrom: [...(mainContainer?.envFrom ?? []), ...secret],
    resources: resources(component, options.release),
    volumeMounts: [...(mainContainer?.volumeMounts ?? []), ...claims, ...shared],
  };

  return {
    terminationGracePeriodSeconds: 60,
    restartPolicy: "Always",
    securityContext: { fsGroup: 1000 },
    serviceAccountName: discoversByKubernetes(options.noted) ? discoveryAccount(graph) : "default",
    ...extra,
    ...(component.componentType === "planner" && { serviceAccountName: "planner-serviceaccount" }),
    containers: options.release === "0.8" ? [...sidecars, main] : [main, ...sidecars],
    volumes: [
      ...(extra.volumes ?? []),
      ...claims.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: name } })),
      ...shared.map(({ name }) => ({
        name,
        emptyDir: { medium: "Memory", sizeLimit: sharedMemory?.size ?? "8Gi" },
      })),
    ],
  };
}
