import { isGpu } from "../config/accelerators";
import { kindOf } from "../gpus/kinds";
import { at, nameOf, notKnown, record } from "../gpus/manifest";
import { wholeCount } from "../gpus/quantity";
import { namespaceOf, unknownName } from "../gpus/references";
import type { ClusterObject } from "./clusterObject";

/** GPUs of one kind that a ResourceQuota of the stack allows. */
export interface GpuQuota {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  /** A resource, or a device class; {@link unknownName} where none is known. */
  readonly kind: string;
  /** NaN where it is not known. */
  readonly gpus: number;
  /** Whether it holds some pods only. */
  readonly isScoped: boolean;
}

const classQuota = ".deviceclass.resource.k8s.io/devices";

/** GPUs that the stack's own quotas allow. */
export function quotasOf(objects: readonly ClusterObject[]): GpuQuota[] {
  return objects
    .filter(({ manifest }) => kindOf(manifest) === "ResourceQuota")
    .flatMap(({ urn, manifest }) => {
      const hard = at(manifest, "spec", "hard");
      const scopes = ["scopes", "scopeSelector"].map((scope) => at(manifest, "spec", scope));
      const amounts = hard === notKnown ? [[unknownName, notKnown] as const] : Object.entries(record(hard));
      return amounts.flatMap(([resource, amount]) => {
        const kind = kindIn(resource);
        const gpus = wholeCount(amount);
        const quota = {
          urn,
          name: nameOf(manifest),
          namespace: namespaceOf(manifest),
          gpus: gpus === notKnown ? Number.NaN : gpus,
          isScoped: scopes.some((scope) => scope !== undefined && scope !== notKnown),
        };
        return kind === undefined ? [] : [{ ...quota, kind }];
      });
    });
}

function kindIn(resource: string): string | undefined {
  if (resource === unknownName) return unknownName;
  if (resource.endsWith(classQuota)) return resource.slice(0, -classQuota.length);
  const kind = resource.replace(/^requests\./, "");
  return kind !== resource && isGpu(kind) ? kind : undefined;
}
