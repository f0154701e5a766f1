/** The v1alpha1 of the graphs' API: the fields that this program writes, and their form. */
import { z } from "zod";
import { wholeGpu } from "../../config/accelerators";
import type { Runtime } from "../../config/runtime/runtime";
import { askedFor } from "./componentGpus";
import { type Amounts, type Component, envFromOf, type FrontendSidecar, type Graph, typeOf } from "./model";

const keyOf = z.strictObject({ name: z.string(), key: z.string() });

const envVar = z.strictObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      secretKeyRef: keyOf.optional(),
      configMapKeyRef: keyOf.optional(),
      fieldRef: z.strictObject({ fieldPath: z.string() }).optional(),
    })
    .optional(),
});

/** Parts of Kubernetes' own API, which have a schema there. */
const ofKubernetes = z.looseObject({});

const container = z.strictObject({
  image: z.string(),
  workingDir: z.string().optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(envVar).optional(),
  envFrom: z.array(ofKubernetes).optional(),
  volumeMounts: z.array(ofKubernetes).optional(),
  imagePullPolicy: z.string().optional(),
  securityContext: ofKubernetes.optional(),
  lifecycle: ofKubernetes.optional(),
  startupProbe: ofKubernetes.optional(),
  readinessProbe: ofKubernetes.optional(),
  livenessProbe: ofKubernetes.optional(),
});

const podSpec = z.strictObject({
  volumes: z.array(ofKubernetes).optional(),
  securityContext: ofKubernetes.optional(),
  imagePullSecrets: z.array(ofKubernetes).optional(),
  resourceClaims: z.array(ofKubernetes).optional(),
  hostIPC: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  dnsPolicy: z.string().optional(),
  terminationGracePeriodSeconds: z.int().optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z.array(ofKubernetes).optional(),
  affinity: ofKubernetes.optional(),
  runtimeClassName: z.string().optional(),
  schedulerName: z.string().optional(),
  priorityClassName: z.string().optional(),
  topologySpreadConstraints: z.array(ofKubernetes).optional(),
  mainContainer: container,
});

/** Numbers are text here: the CRD refuses any other. */
const resources = z.strictObject({
  cpu: z.string().optional(),
  memory: z.string().optional(),
  gpu: z.string().optional(),
  gpuType: z.string().optional(),
  custom: z.record(z.string(), z.string()).optional(),
});

const claim = z.strictObject({ name: z.string() });

const service = z.strictObject({
  componentType: z.enum(["frontend", "worker", "planner", "epp"]),
  subComponentType: z.enum(["prefill", "decode"]).optional(),
  globalDynamoNamespace: z.boolean().optional(),
  replicas: z.int().min(0).optional(),
  scalingAdapter: z.strictObject({ enabled: z.boolean() }).optional(),
  gpuMemoryService: z.strictObject({ enabled: z.boolean(), deviceClassName: z.string() }).optional(),
  checkpoint: ofKubernetes.optional(),
  eppConfig: z.strictObject({ config: ofKubernetes }).optional(),
  frontendSidecar: z
    .strictObject({
      image: z.string(),
      args: z.array(z.string()),
      envs: z.array(envVar).optional(),
      envFromSecret: z.string().optional(),
    })
    .optional(),
  modelRef: z.strictObject({ name: z.string() }).optional(),
  envFromSecret: z.string().optional(),
  sharedMemory: z.strictObject({ size: z.string() }).optional(),
  resources: z
    .strictObject({
      limits: resources.optional(),
      requests: resources.optional(),
      claims: z.array(claim).optional(),
    })
    .optional(),
  multinode: z.strictObject({ nodeCount: z.int().min(2) }).optional(),
  extraPodMetadata: z
    .strictObject({
      annotations: z.record(z.string(), z.string()).optional(),
      labels: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  extraPodSpec: podSpec,
});

/** The `.spec` that this program writes. The real CRD knows more. */
export const dynamoGraphDeploymentSpec = z.strictObject({
  backendFramework: z.enum(["vllm", "sglang", "trtllm"]),
  envs: z.array(envVar).optional(),
  services: z.record(z.string(), service),
});

type Spec = z.input<typeof dynamoGraphDeploymentSpec>;
type Service = z.input<typeof service>;

/** A graph's `.spec` in v1alpha1. */
export function v1alpha1Spec({ backend, env, components }: Graph, runtime: Runtime): Spec {
  return {
    backendFramework: backend,
    envs: [...env],
    services: Object.fromEntries(
      components.map((component) => [component.name, serviceOf(component, runtime)]),
    ),
  };
}

function serviceOf(component: Component, runtime: Runtime): Service {
  const { replicas, scaling, nodes, baseModel, envFromSecret, sharedMemory } = component;
  const { container, pod, podMetadata, memoryService, checkpoint } = component;
  const { devices: _, resources: __, claims: ___, ...mainContainer } = container;
  const role = typeOf(component);
  const isHalf = role === "prefill" || role === "decode";
  const resources = resourcesOf(component);
  return {
    componentType: isHalf ? "worker" : role,
    ...(isHalf && { subComponentType: role }),
    ...(component.globalDynamoNamespace && { globalDynamoNamespace: true }),
    ...(replicas !== undefined && { replicas }),
    // Where every component has an adapter, no field says so.
    ...(scaling && runtime.scalingAdapters === "requested" && { scalingAdapter: { enabled: true } }),
    ...(memoryService !== undefined && {
      gpuMemoryService: { enabled: true, deviceClassName: memoryService },
    }),
    ...(checkpoint && { checkpoint: { enabled: true, ...checkpoint } }),
    ...(component.pickerConfig && { eppConfig: { config: component.pickerConfig } }),
    ...(component.sidecar && { frontendSidecar: sidecarOf(component.sidecar, envFromSecret) }),
    ...(baseModel !== undefined && { modelRef: { name: baseModel } }),
    ...(envFromSecret !== undefined && !container.envFrom && { envFromSecret }),
    ...(sharedMemory !== undefined && { sharedMemory: { size: sharedMemory } }),
    ...(Object.keys(resources).length > 0 && { resources }),
    ...(nodes > 1 && { multinode: { nodeCount: nodes } }),
    ...(podMetadata && { extraPodMetadata: podMetadata }),
    // Releases differ in whether they add the one to the other.
    extraPodSpec: {
      ...pod,
      mainContainer: { ...mainContainer, ...(container.envFrom && { envFrom: envFromOf(component) }) },
    } as Service["extraPodSpec"],
  };
}

const sidecarOf = ({ image, args, env }: FrontendSidecar, secret: string | undefined) => ({
  image,
  args: [...args],
  ...(env.length > 0 && { envs: [...env] }),
  ...(secret !== undefined && { envFromSecret: secret }),
});

/** GPUs of another name are devices like any, as 0.7 has no `gpuType`. */
function resourcesOf({
  gpus: all,
  container: { devices, resources, claims },
}: Component): NonNullable<Service["resources"]> {
  const gpus = askedFor(all);
  const isWhole = gpus?.resource === wholeGpu;
  const amounts = { ...(gpus && !isWhole && { [gpus.resource]: gpus.perPod }), ...devices };
  const custom = Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)]));
  const limits = {
    ...named(resources?.limits, custom),
    ...(gpus && isWhole && { gpu: String(gpus.perPod) }),
  };
  const requests = named(resources?.requests, devices ? custom : {});
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(claims && { claims: [...claims] }),
  };
}

/** Amounts in this version's fields: what is neither CPU nor memory is `custom`. */
function named({ cpu, memory, ...others }: Amounts = {}, custom: Amounts): z.input<typeof resources> {
  const rest = { ...others, ...custom } as Record<string, string>;
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(Object.keys(rest).length > 0 && { custom: rest }),
  };
}
