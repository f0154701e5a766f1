import type { V1Container, V1EnvVar, V1PodSpec, V1ResourceRequirements } from "@kubernetes/client-node";
import { discoveryAccount } from "./access";
import { defaultsOf, frontendDefaults } from "./defaults";
import {
  annotations,
  type ComponentSpec,
  componentTypeOf,
  discoversByKubernetes,
  dynamoNamespace,
  type GraphResource,
  type OperatorRelease,
  type ResourceItem,
  type StringMap,
} from "./graphResource";

interface PodOptions {
  release: OperatorRelease;
  /** Goes to every pod as ETCD_ENDPOINTS, in either discovery mode, unless the graph says otherwise. */
  etcdAddress?: string;
  /** The component's annotations. */
  noted: StringMap;
}

/** Variables sorted by name; of two of one name the one in the later list wins. */
function mergeEnv(...lists: (readonly V1EnvVar[] | undefined)[]): V1EnvVar[] {
  const merged = new Map(lists.flatMap((list) => list ?? []).map((variable) => [variable.name, variable]));
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Env that the operator gives a container of its own accord. */
function injectedEnv(
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
  return [...Object.entries(injected).map(([name, value]) => ({ name, value })), ...ofPod];
}

/** Env of the main container. */
function envVars(
  graph: GraphResource,
  component: ComponentSpec,
  variables: StringMap,
  options: PodOptions,
): V1EnvVar[] {
  const operator = injectedEnv(graph, component, variables, options);
  const main = component.extraPodSpec?.mainContainer?.env;
  // v1beta1 has no env of a service beside its main container's, and 1.4 converts in this order.
  return options.release === "0.8"
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

/** The frontend beside an engine; none where the component has none. */
function frontendBeside(graph: GraphResource, component: ComponentSpec, options: PodOptions): V1Container[] {
  if (component.frontendSidecar === undefined) return [];
  const { image, args, envs, envFromSecret } = component.frontendSidecar;
  const { variables, ...defaults } = frontendDefaults(options.release, dynamoNamespace(graph, component));
  return [
    {
      ...defaults,
      name: "sidecar-frontend",
      image,
      ...(args && { args }),
      env: mergeEnv(injectedEnv(graph, component, variables, options), envs),
      ...(envFromSecret && { envFrom: [{ secretRef: { name: envFromSecret } }] }),
    },
  ];
}

/** The pod of a component that runs on one node, as the operator of that release makes it. */
export function renderPodSpec(
  graph: GraphResource,
  component: ComponentSpec,
  options: PodOptions,
): V1PodSpec {
  const { mainContainer, containers: own = [], ...extra } = component.extraPodSpec ?? {};
  const sidecars = [...own, ...frontendBeside(graph, component, options)];
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
