/** GPUs in places that nothing here counts: other kinds of objects, and parts of known ones that are no pods. */

import { at, record, text } from "../manifest";
import { isGpu } from "./accelerators";

/** Fields that hold amounts of resources a pod gets. A ResourceQuota's `hard` and a LimitRange's `max` give nothing. */
const amounts = ["limits", "requests", "default", "defaultRequest"];

/** Kinds that only describe GPUs, and where they say so. */
const descriptions = [
  "ResourceQuota",
  "ResourceClaim",
  "ResourceClaimTemplate",
  "ResourceSlice",
  "ResourceFlavor",
];

/** What asks for GPUs in a value, whatever it is, and where. */
export function gpusWithin(value: unknown): string[] {
  const kind = text(at(value, "kind"));
  if (descriptions.includes(kind)) return [];
  if (kind === "DeviceClass")
    return at(value, "spec", "extendedResourceName") === undefined
      ? []
      : ["it gives devices the name of another resource, under which they are not counted"];
  const found: string[] = [];
  const search = (part: unknown, path: string) => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, child] of Object.entries(part)) {
      const here = path === "" ? key : `${path}.${key}`;
      if (amounts.includes(key) && asks(child))
        found.push(`${here} asks for GPUs in a way that is not counted`);
      else if (key === "resourceClaims" && Array.isArray(child) && child.length > 0)
        found.push(`${here} claims devices in a way that is not counted`);
      else search(child, here);
    }
  };
  search(value, "");
  return found;
}

const asks = (child: unknown) => Object.keys(record(child)).some((key) => key === "gpu" || isGpu(key));
