/** The pods of Dynamo's graphs and components, in both versions of their API. */

import { wholeGpu } from "../config/accelerators";
import { graphApiVersions } from "../config/runtime/release";
import { kindOf } from "./kinds";
import { at, list, type Manifest, notKnown, record, text } from "./manifest";
import { quantity } from "./quantity";
import { type ManifestReading, type Pods, without } from "./reading";
import { nameIn } from "./references";

/** Pods of a DynamoGraphDeployment, or of a DynamoComponentDeployment, which is one component of one. */
export function dynamoComponents(object: unknown): ManifestReading {
  const reading = readingOf(object);
  const apiVersion = text(at(object, "apiVersion"));
  return graphApiVersions.some((version) => apiVersion === `nvidia.com/${version}`)
    ? reading
    : {
        ...reading,
        uncounted: [
          ...(reading.uncounted ?? []),
          `${apiVersion} is not known, and may have its components elsewhere: write nvidia.com/${graphApiVersions.join(" or ")}`,
        ],
      };
}

function readingOf(object: unknown): ManifestReading {
  const spec = at(object, "spec");
  const graph = nameIn(at(object, "metadata", "name"));
  if (kindOf(object) === "DynamoComponentDeployment") return component(graph, spec);
  const services = at(spec, "services"); // v1alpha1
  const components = at(spec, "components"); // v1beta1
  const unread = [spec, services, components].includes(notKnown);
  const isMisshapen = [record(services) === services, list(components) === components].some(
    (fits, i) => !fits && ([services, components][i] ?? undefined) !== undefined,
  );
  const readings = [
    ...Object.entries(record(services)),
    ...list(components).map((part) => [nameIn(at(part, "name")), part] as const),
  ].map(([name, part]) => ({ name, ...component(name, part, `${graph}-${name}`) }));
  return {
    pods: readings.flatMap(({ pods }) => pods),
    uncounted: [
      ...(unread ? ["its components are not known yet"] : []),
      ...(!unread && isMisshapen ? ["its components can't be read"] : []),
      ...readings.flatMap(({ uncounted = [] }) => uncounted),
    ],
    elsewhere: {
      ...without(spec, "services", "components"),
      components: readings.map(({ name, elsewhere }) => ({ [name]: elsewhere })),
    },
  };
}

/** @param adapter name of its scaling adapter, which the operator makes as `<graph>-<component>`, in lower case. */
function component(name: string, part: unknown, adapter = name): ManifestReading {
  if (part === notKnown) return { pods: [], uncounted: [`${name} is not known yet`] };
  if (record(part) !== part) return { pods: [], uncounted: [`${name} can't be read: write an object`] };
  const podTemplate = at(part, "podTemplate") ?? undefined; // v1beta1
  const written = podTemplate === undefined ? ["resources", "extraPodSpec"] : ["podTemplate"];
  const type = at(part, "componentType") || at(part, "type");
  const multinode = at(part, "multinode") ?? undefined;
  const pods: Pods = {
    component: name,
    type: type === notKnown ? undefined : text(type).toLowerCase(),
    role: text(at(part, "subComponentType") || type).toLowerCase(),
    replicas: at(part, "replicas"),
    // The API's default: what is on several nodes is on two.
    nodes: multinode === undefined ? undefined : (at(multinode, "nodeCount") ?? 2),
    scaledTo: autoscaledTo(part),
    beside: checkpointPods(part),
    surge:
      at(part, "annotations", surgeAnnotation) ?? at(podTemplate, "metadata", "annotations", surgeAnnotation),
    claimedAs: memoryServiceClass(part),
    pod: podTemplate === undefined ? v1alpha1Pod(part) : at(podTemplate, "spec"),
    // The operator makes a Deployment of the adapter's name.
    scaledAs: ["dynamographdeploymentscalingadapter", "deployment"].map((kind) =>
      `${kind}/${adapter}`.toLowerCase(),
    ),
  };
  return {
    pods: [pods],
    uncounted: type === notKnown ? [`the type of ${name} is not known yet, and may be planner`] : [],
    elsewhere: without(part, ...written),
  };
}

/** Annotation of a component for the Deployment that the operator makes of it. */
const surgeAnnotation = "nvidia.com/deployment-rolling-update-max-surge";

/** The operator of 0.7 makes an HPA by itself. */
function autoscaledTo(part: unknown): unknown {
  const autoscaling = at(part, "autoscaling") ?? undefined;
  if (autoscaling === undefined || at(autoscaling, "enabled") === false) return undefined;
  if (autoscaling === notKnown) return notKnown;
  return at(autoscaling, "maxReplicas") ?? at(autoscaling, "minReplicas") ?? 1;
}

/** Class of the GPUs that a component's pods share by a memory service; undefined where they have none. */
function memoryServiceClass(part: unknown): string | undefined {
  const service = at(part, "gpuMemoryService") ?? at(part, "experimental", "gpuMemoryService") ?? undefined;
  const isOn = service !== undefined && (at(service, "enabled") ?? true) !== false;
  return isOn ? text(at(service, "deviceClassName")) || "gpu.nvidia.com" : undefined;
}

/** The operator makes a checkpoint by itself, by a Job with one more pod of the component. */
function checkpointPods(part: unknown): number {
  const checkpoint = at(part, "checkpoint") ?? at(part, "experimental", "checkpoint");
  const isMade =
    (at(checkpoint, "enabled") ?? false) !== false &&
    at(checkpoint, "mode") !== "Manual" &&
    text(at(checkpoint, "checkpointRef")) === "";
  return isMade ? 1 : 0;
}

/**
 * The pod of a v1alpha1 component: its main container has the component's resources, in which the GPUs are `gpu`, and
 * those of `extraPodSpec.mainContainer`. Where a resource is named more than once the largest amount counts. Beside it may
 * be a frontend that the operator makes a container of.
 */
function v1alpha1Pod(part: unknown): unknown {
  const resources = at(part, "resources");
  const extraPodSpec = at(part, "extraPodSpec");
  const mainContainer = at(extraPodSpec, "mainContainer");
  const containers = at(extraPodSpec, "containers");
  if ([resources, mainContainer, containers].includes(notKnown)) return notKnown;
  const amounts = (field: "limits" | "requests") =>
    larger(v1alpha1Amounts(at(resources, field)), at(mainContainer, "resources", field));
  const main = {
    ...record(mainContainer),
    name: "main",
    resources: { limits: amounts("limits"), requests: amounts("requests") },
  };
  // What is no list is passed on as one container that is none, which is told.
  const others = Array.isArray(containers) ? containers : containers ? [[containers]] : [];
  return { ...record(extraPodSpec), containers: [main, ...frontendSidecar(part), ...others] };
}

function frontendSidecar(part: unknown): Manifest[] {
  const sidecar = at(part, "frontendSidecar") ?? undefined;
  const { envs: env, ...container } = record(sidecar);
  return sidecar === undefined ? [] : [{ ...container, env, name: "frontendSidecar" }];
}

/** Amounts of resources under the names that pods use. */
function v1alpha1Amounts(amounts: unknown): Manifest | typeof notKnown {
  if (amounts === notKnown) return notKnown;
  const { gpu, gpuType, custom, ...others } = record(amounts);
  return larger({ ...others, ...((gpu ?? "") !== "" && { [text(gpuType) || wholeGpu]: gpu }) }, custom);
}

function larger(one: unknown, other: unknown): Manifest | typeof notKnown {
  if (one === notKnown || other === notKnown) return notKnown;
  const amounts: Record<string, unknown> = { ...record(one) };
  for (const [resource, amount] of Object.entries(record(other))) {
    const before = quantity(amounts[resource] ?? 0);
    const after = quantity(amount);
    if (before !== notKnown && (after === notKnown || !(after < before))) amounts[resource] = amount;
  }
  return amounts;
}
