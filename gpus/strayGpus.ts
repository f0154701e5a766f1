/** GPUs in places that nothing here counts: other kinds of objects, and parts of known ones that are no pods. */
import { isGpu, isGpuClass } from "../config/accelerators";
import { groupKindOf, isOwn } from "./kinds";
import { at, notKnown, record, text } from "./manifest";
import { partsOf } from "./parts";
import { quantity } from "./quantity";

/** Fields that hold amounts of resources a pod gets. A ResourceQuota's `hard` and a LimitRange's `max` give nothing. */
const amounts = ["limits", "requests", "default", "defaultRequest", "overhead", "podFixed"];

/** Fields in which there may be pods, or what they ask for. */
const mayAsk = [
  ...amounts,
  "resources",
  "resourceClaims",
  "containers",
  "spec",
  "template",
  "podSpec",
  "podTemplate",
  "podTemplateSpec",
];

/** Kinds that describe devices, or, as Karpenter's NodePool does, set a limit to them. */
const descriptions = /^(resource\.k8s\.io\/Resource(Claim|ClaimTemplate|Slice)|karpenter\.sh\/NodePool)$/;

/** Places that ask for GPUs in an object of which no pods are counted, for messages. */
export function gpusIn(object: unknown): string[] {
  const kind = groupKindOf(object);
  if (descriptions.test(kind)) return [];
  if (kind === "resource.k8s.io/DeviceClass") {
    if (at(object, "spec", "extendedResourceName") !== undefined)
      return ["it gives devices the name of another resource, under which they are not counted"];
    if (!isGpuClass(text(at(object, "metadata", "name"))))
      return ["it gives devices the name of a network's, under which they are not counted"];
  }
  const mayAskUnseen = !isOwn(object) || kind === "/LimitRange";
  return [...gpusWithin(object), ...(mayAskUnseen ? unknownsWithin(object) : [])];
}

/** Places that ask for GPUs within a part of an object that is no counted pod, for messages. */
export function gpusWithin(part: unknown): string[] {
  return partsOf(part).flatMap(({ key, value, path }) => {
    if (amounts.includes(key) && asks(value)) return [`${path} asks for GPUs in a way that is not counted`];
    if (key === "resourceClaims" && Array.isArray(value) && value.length > 0)
      return [`${path} claims devices in a way that is not counted`];
    return [];
  });
}

/** Places that may ask for GPUs, and are not known yet. */
function unknownsWithin(part: unknown): string[] {
  return partsOf(part)
    .filter(({ key, value }) => value === notKnown && mayAsk.includes(key))
    .map(({ path }) => `${path} is not known yet, and may ask for GPUs`);
}

const asks = (value: unknown) =>
  Object.entries(record(value)).some(
    ([key, amount]) => isGpu(key) || (key === "gpu" && !Number.isNaN(quantity(amount))),
  );
