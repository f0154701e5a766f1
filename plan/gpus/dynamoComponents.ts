/** The pods of Dynamo's graphs and components, in both versions of their API. */

import { at, list, notKnown, record, text } from "../manifest";
import { wholeGpu } from "./accelerators";
import { quantity } from "./quantity";
import type { Pods, Reading } from "./reading";

/** Reads a DynamoGraphDeployment, or a DynamoComponentDeployment, which is one component of one. */
export function dynamoComponents(object: unknown): Reading {
  const spec = at(object, "spec");
  const graph = text(at(object, "metadata", "name"));
  if (at(object, "kind") === "DynamoComponentDeployment") return component(graph, spec);
  const services = at(spec, "services"); // v1alpha1
  const components = at(spec, "components"); // v1beta1
  const { services: _, components: __, ...elsewhere } = record(spec);
  const unread = [spec, services, components].includes(notKnown);
  const readings = [
    ...Object.entries(record(services)),
    ...list(components).map((part) => [text(at(part, "name")), part] as const),
  ].map(([name, part]) => component(name, part, `${graph}-${name}`));
  return {
    pods: readings.flatMap(({ pods }) => pods),
    uncounted: [
      ...(unread ? ["its components are not known yet"] : []),
      ...readings.flatMap(({ uncounted = [] }) => uncounted),
    ],
    elsewhere: [elsewhere, ...readings.map((reading) => reading.elsewhere)],
  };
}

/** @param adapter name of its scaling adapter, which the operator makes as `<graph>-<component>`, in lower case. */
function component(name: string, part: unknown, adapter = name): Reading {
  if (part === notKnown) return { pods: [], uncounted: [`${name} is not known yet`] };
  const { resources, extraPodSpec, podTemplate, ...elsewhere } = record(part);
  const pods: Pods = {
    component: name,
    type: (text(at(part, "componentType")) || text(at(part, "type"))).toLowerCase(),
    replicas: at(part, "replicas"),
    nodes: at(part, "multinode", "nodeCount") ?? 1,
    pod: podTemplate === undefined ? v1alpha1Pod(resources, extraPodSpec) : at(podTemplate, "spec"),
    scaledAs: `dynamographdeploymentscalingadapter/${adapter}`.toLowerCase(),
  };
  return { pods: [pods], elsewhere };
}

/**
 * The pod of a v1alpha1 component: its main container has the component's resources, in which the GPUs are `gpu`, and
 * those of `extraPodSpec.mainContainer`. Where both name one resource the larger counts.
 */
function v1alpha1Pod(resources: unknown, extraPodSpec: unknown): unknown {
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
  return { ...record(extraPodSpec), containers: [main, ...list(containers)] };
}

/** Amounts of resources under the names that pods use. */
function v1alpha1Amounts(amounts: unknown): unknown {
  if (amounts === notKnown) return notKnown;
  const { gpu, gpuType, custom, ...others } = record(amounts);
  if (custom === notKnown) return notKnown;
  return { ...others, ...record(custom), ...(gpu !== undefined && { [text(gpuType) || wholeGpu]: gpu }) };
}

function larger(one: unknown, other: unknown): unknown {
  if (one === notKnown || other === notKnown) return notKnown;
  const amounts: Record<string, unknown> = { ...record(one) };
  for (const [resource, amount] of Object.entries(record(other))) {
    const before = quantity(amounts[resource] ?? 0);
    const after = quantity(amount);
    if (before !== notKnown && (after === notKnown || !(after < before))) amounts[resource] = amount;
  }
  return amounts;
}
