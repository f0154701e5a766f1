/** What the evasions are made of. */
import { component, gpus, graph, newGraph, object, worker } from "../objects";

/** The first object is to blame: what a rule says names it. A budget of 4 GPUs, and of 4 for each pod and component. */
export type Evasion = readonly [
  trick: string,
  rules: readonly string[],
  objects: readonly object[],
  settings?: Readonly<Record<string, object>>,
];

export type Part = Readonly<Record<string, unknown>>;

export const whole = "nvidia.com/gpu";
export const budget = ["gpu-budget"];
export const tooMany = ["gpu-budget", "gpu-limits"];
export const unrequested = ["unrequested-gpus"];

/** A graph with one worker. */
export const withWorker = (rest: Part, gpuCount: number | string = 1, main: Part = {}) =>
  graph({ Worker: worker(gpuCount, main, rest) });
export const withPod = (extraPodSpec: Part) => withWorker({ extraPodSpec }, 1);
export const withResources = (resources: Part) => withWorker({ resources });
/** The same of v1beta1. */
export const withComponent = (main: Part, rest: Part = {}) =>
  newGraph([component("Worker", "worker", main, rest)]);
export const withNewPod = (pod: Part, main: Part = {}) =>
  withComponent({}, { podTemplate: { spec: { containers: [{ name: "main", ...main }], ...pod } } });

/** A pod that asks for GPUs. */
export const pod = (count: unknown = 8, kind = whole) => ({
  containers: [{ name: "main", resources: gpus(count, kind) }],
});
export const template = (count: unknown = 8) => ({ spec: pod(count) });
export const kind = (apiVersion: string, name: string, spec: Part, metadata: Part = {}) =>
  object(apiVersion, name, "sneaky", { spec }, metadata);

/** A resource that is typed otherwise than its object. */
export const typed = (type: string, props: Part) => ({ type: `kubernetes:${type}`, props });
export const patch = (group: string, of: string, name: string, spec: Part) =>
  typed(`${group}:${of}Patch`, object(group, of, name, { spec }));

export const byTemplate = (resourceClaimTemplateName = "gpus") => [
  { name: "gpus", resourceClaimTemplateName },
];
export const devices = (requests: unknown) => ({ devices: { requests } });
export const claimTemplate = (requests: unknown, metadata: Part = {}) =>
  object(
    "resource.k8s.io/v1",
    "ResourceClaimTemplate",
    "gpus",
    { spec: { spec: devices(requests) } },
    metadata,
  );
export const exactly = (count: unknown, more: Part = {}) => [
  { name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com", count, ...more } },
];

export const adapterKind = "DynamoGraphDeploymentScalingAdapter";

/** An object of the operator's. */
export const single = (name: string, spec: Part) => object("nvidia.com/v1alpha1", name, "sneaky", { spec });
