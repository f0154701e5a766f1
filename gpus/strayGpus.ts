/** GPUs in places that nothing here counts: other kinds of objects, and parts of known ones that are no pods. */
import { isGpu, isGpuClass } from "../config/accelerators";
import { at, notKnown, record, text } from "./manifest";
import { partsOf } from "./parts";

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
const descriptions =
  /^(resource\.k8s\.io\/[^/]+:Resource(Claim|ClaimTemplate|Slice)|karpenter\.sh\/[^/]+:NodePool)$/;

/** Groups of Kubernetes' own kinds. Of these, none but those of which pods are counted leads to any. */
const ownGroup = /^(v\d|[a-z]+\/|[^/]+\.k8s\.io\/)/;

/** Places that ask for GPUs in an object of which no pods are counted, for messages. */
export function gpusIn(object: unknown): string[] {
  const kind = text(at(object, "kind"));
  if (descriptions.test(`${text(at(object, "apiVersion"))}:${kind}`)) return [];
  if (kind === "DeviceClass") {
    if (at(object, "spec", "extendedResourceName") !== undefined)
      return ["it gives devices the name of another resource, under which they are not counted"];
    if (!isGpuClass(text(at(object, "metadata", "name"))))
      return ["it gives devices the name of a network's, under which they are not counted"];
  }
  const isOwn = ownGroup.test(text(at(object, "apiVersion"))) && kind !== "LimitRange";
  return [...gpusWithin(object), ...(isOwn ? [] : unknownsWithin(object))];
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

const asks = (value: unknown) => Object.keys(record(value)).some((key) => key === "gpu" || isGpu(key));
