import { posix } from "node:path";
import { z } from "zod";
import { own } from "../../config/own";
import { containersOf } from "../../gpus/containers";
import { at, list, type Manifest, nameOf, notKnown, text } from "../../gpus/manifest";
import { type Part, partsOf } from "../../gpus/parts";
import { isNoPlanner, plannerOf } from "../../gpus/planner";
import { podGpus } from "../../gpus/podGpus";
import { type Workload, workloadsOf } from "../../gpus/workloads";
import { hostMountsOf } from "../hostMounts";
import { allowedObjects, objectRule } from "../rule";

export const unrequestedGpus = objectRule({
  name: "unrequested-gpus",
  description: "No pod reaches GPUs that it does not ask the scheduler for.",
  severity: "critical",
  remedy: "Ask for GPUs as resources: what the scheduler does not know is counted by no budget and no quota.",
  settings: z.strictObject({
    allowed: allowedObjects(
      "Objects that may reach them all the same, such as DaemonSet monitoring/dcgm-exporter.",
    ),
  }),
  check({ manifest }, { allowed }, report) {
    if (allowed.includes(nameOf(manifest))) return;
    const fail = (message: string) => report(`${nameOf(manifest)}: ${message}`);
    const { workloads } = workloadsOf(manifest);
    for (const part of partsOf(manifest)) {
      const pod = workloads.length > 0 ? undefined : byUncountedPod(part);
      for (const message of [byVariable(part, manifest), byAnnotation(part), pod])
        if (message !== undefined) fail(message);
      if (part.key === "mountPath" && mountedDevices.test(text(part.value)))
        fail(`${part.path} is ${text(part.value)}, by which the runtime hands over devices`);
    }
    for (const { place, directory } of hostMountsOf(manifest))
      if (reachesDevices(directory))
        fail(`${place} mounts ${directory}, by which it reaches the nodes' GPUs`);
    for (const message of workloads.flatMap(byRuntimeClass)) fail(message);
    const handler = manifest.kind === "RuntimeClass" ? text(manifest.handler) : "";
    if (runtime.test(handler) && !runtime.test(text(at(manifest, "metadata", "name"))))
      fail(`its handler is ${handler}, which its name does not say`);
  },
});

/** Variables by which container runtimes hand over devices: all of this form, but those by which programs choose among what they have. */
const devices =
  /^(?!(CUDA|HIP|ROCR|ASCEND_RT|NEURON_RT|TPU)_)(\w+_VISIBLE_(DEVICES|MODULES)|NVIDIA_MIG_(CONFIG|MONITOR)_DEVICES)$/i;

/** Vendors whose runtimes have such a variable, to whose name a prefix may be a part. */
const vendors = [
  "NVIDIA",
  "AMD",
  "HABANA",
  "ASCEND",
  "AWS_NEURON",
  "MTHREADS",
  "ILUVATAR",
  "METAX",
  "CAMBRICON",
];
const hidden = [...vendors.map((vendor) => `${vendor}_VISIBLE_DEVICES`), "NVIDIA_MIG_CONFIG_DEVICES"];

/** Variables by which more is made of a graph than it says. */
const overrides: Readonly<Record<string, string>> = {
  DYN_DEPLOYMENT_CONFIG: "the operator replaces replicas and GPUs",
  DYN_PARENT_DGD_K8S_NAME: "a planner scales another graph",
  DYN_PARENT_DGD_K8S_NAMESPACE: "a planner scales another graph",
};

/** Parts of an object's metadata that variables may say again, and the references to a pod's by which they do. */
const namesOfItself: Readonly<Record<string, readonly [field: string, reference: string]>> = {
  DYN_PARENT_DGD_K8S_NAME: ["name", "metadata.labels['nvidia.com/dynamo-graph-deployment-name']"],
  DYN_PARENT_DGD_K8S_NAMESPACE: ["namespace", "metadata.namespace"],
};

/** Whether a variable names the object that it is in, by its value or by a reference. */
function isOfItself(name: string, owner: object, manifest: Manifest): boolean {
  const [field = "", reference] = own(namesOfItself, name) ?? [];
  const value = at(owner, "value") ?? at(owner, "valueFrom", "fieldRef", "fieldPath");
  const written = at(manifest, "metadata", field);
  // What the operator makes of a graph carries the graph's name, and only a planner reads the variable.
  if (
    value !== undefined &&
    graphsOf(manifest).has(value) &&
    workloadsOf(manifest).workloads.every(isNoPlanner)
  )
    return true;
  // Of an object that names no namespace nobody knows where it goes, and only a planner reads the variable.
  if (written === undefined) return field === "namespace" && !workloadsOf(manifest).workloads.some(plannerOf);
  return text(value) !== "" && [written, reference].includes(value);
}

/** Names of the graphs of which the operator says that an object's pods are. */
const graphsOf = (manifest: Manifest) =>
  new Set(
    partsOf(manifest).flatMap(({ key, value }) =>
      key === "nvidia.com/dynamo-graph-deployment-name" ? [value] : [],
    ),
  );

/** Values by which a runtime gives a container no GPU. */
const none: readonly unknown[] = ["", "none", "void"];

/** A variable of a container, a component or a graph, or an entry of a ConfigMap or a Secret that may become one. */
function byVariable({ key, value, owner, path }: Part, manifest: Manifest): string | undefined {
  const [name, given] = key === "name" ? [text(value), at(owner, "value")] : [key, value];
  const where = path.replace(/\.?[^.]+$/, "");
  const overridden = own(overrides, name);
  if (overridden !== undefined && !isOfItself(name, owner, manifest))
    return `${where} sets ${name}, by which ${overridden}`;
  const prefix = /envFrom\.\d+\.prefix$/.test(path) ? text(value) : "";
  const whole = [...hidden, ...Object.keys(overrides)].find((one) => one.startsWith(prefix.toUpperCase()));
  if (prefix !== "" && whole) return `${where} adds variables that begin with ${prefix}: ${whole} may be one`;
  if (!devices.test(name) || given === notKnown) return undefined;
  const isNone = given === undefined ? at(owner, "valueFrom") === undefined : none.includes(given);
  const known = typeof given === "string" ? given : "what is written elsewhere";
  return isNone ? undefined : `${where} sets ${name} to ${known}, past the device plugin`;
}

/** Annotations by which container runtimes hand over devices. */
const ofRuntimes =
  /^(([\w-]+\.)*cdi\.k8s\.io\/|(cdi-)?devices\.(nri\.io|gke\.io)|io\.kubernetes\.cri-o\.Devices)/;

/** Annotations by which the schedulers KAI, Run:ai, HAMi and others give GPUs, or parts of them. */
const ofSchedulers =
  /^(gpu-|runai\/|([\w-]+\.)*(run\.ai|hami\.io|4pd\.io|gpushare\.com|gpu-share\.io)\/|([\w-]+\.)*aliyun\.com\/gpu)/;

/** Annotations in which Dynamo's operator keeps what another version of its API does not have. */
const ofOperator = /^nvidia\.com\/d(gd|cd|gdr|gdsa)-/;

function byAnnotation({ key, path }: Part): string | undefined {
  if (!path.endsWith(`annotations.${key}`)) return undefined;
  if (ofRuntimes.test(key)) return `${path} hands over devices, past the device plugin`;
  if (ofSchedulers.test(key)) return `${path} asks for parts of GPUs, which are not counted`;
  if (ofOperator.test(key))
    return `${path} is the operator's own, and may bring pods that are not written here`;
  return undefined;
}

/** Devices of a node that compute nothing, and directories by which plugins and exporters talk to the kubelet. */
const harmless =
  /^(\/dev\/(infiniband|shm|hugepages|net|fuse|kvm|vhost-net|vhost-vsock)|\/var\/lib\/kubelet\/(pod-resources|device-plugins|plugins|plugins_registry|pods))(\/|$)/;

/** Directories by which one gets at all of a node. */
const wholeNode =
  /^\/(proc|sys|etc|run|var|var\/lib|var\/run)?$|^\/(dev|proc)(\/|$)|^(\/etc|(\/var)?\/run)\/(cdi|nvidia|containerd|crio|docker)|^\/var\/lib\/kubelet/;

function reachesDevices(directory: string): boolean {
  const mounted = posix.resolve("/", directory);
  return wholeNode.test(mounted) && !harmless.test(mounted);
}

/** Where NVIDIA's runtime takes mounts for the devices that a container wants. */
const mountedDevices = /^\/+(var\/+)?run\/+nvidia-container-devices/;

/** Names of RuntimeClasses that hand over GPUs. */
const runtime = /nvidia|gpu/i;

/** Pods of kinds that the other rules do not know. */
function byUncountedPod({ key, value, path }: Part): string | undefined {
  if (key === "privileged" && value === true) return `${path} reaches all devices of its node`;
  return key === "runtimeClassName" && runtime.test(text(value))
    ? `${path} is ${text(value)}, and its GPUs are not counted`
    : undefined;
}

/** NVIDIA's runtime gives a container all GPUs where its image says so, unless it asks for some. */
function byRuntimeClass({ component, pod }: Workload): string[] {
  const { asks, claims } = podGpus(pod);
  const runtimeClass = text(at(pod, "runtimeClassName"));
  if (!runtime.test(runtimeClass) || claims.length > 0) return [];
  return containersOf(pod)
    .filter((container) => !asks.some((ask) => ask.container === text(at(container, "name"))))
    .filter((container) => !list(at(container, "env")).some(givesNone))
    .map(
      (container) =>
        `container ${text(at(container, "name"))} of ${component} runs by RuntimeClass ${runtimeClass} and asks for no GPUs: set NVIDIA_VISIBLE_DEVICES to void`,
    );
}

const givesNone = (variable: unknown) =>
  at(variable, "name") === "NVIDIA_VISIBLE_DEVICES" && none.includes(text(at(variable, "value")));
