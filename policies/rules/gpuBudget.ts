import { z } from "zod";
import { isGpu } from "../../plan/gpus/accelerators";
import { gpuDemand } from "../../plan/gpus/demand";
import { quantity } from "../../plan/gpus/quantity";
import { at, nameOf, record } from "../../plan/manifest";
import type { ClusterObject } from "../clusterObject";
import { stackRule } from "../rule";

export const gpuBudget = stackRule({
  name: "gpu-budget",
  description: "All GPUs of the stack together, when everything is scaled out, stay within its budget.",
  severity: "critical",
  remedy: "Lower replicas or gpus of dynamo:graphs, or have the budget raised in policies/config/.",
  settings: z.object({ gpus: z.int().min(0).default(16).describe("Most GPUs of the stack.") }),
  check(objects, { gpus: budget }, report) {
    const demand = gpuDemand(objects.map(({ manifest }) => manifest));
    if (demand.gpus > budget) {
      const uses = demand.uses.map(({ component, object, gpus }) => `${gpus} by ${component} of ${object}`);
      report(`the stack takes ${demand.gpus} GPUs, and its budget is ${budget}: ${uses.join(", ")}`);
    }
    for (const why of demand.uncounted) report(`GPUs that can't be counted: ${why}`);
    for (const quota of quotasOf(objects)) {
      const used = demand.uses.filter(({ namespace }) => namespace === quota.namespace);
      const total = used.reduce((sum, { byKind }) => sum + (byKind[quota.kind] ?? 0), 0);
      if (total > quota.gpus)
        report(`${quota.name} allows ${quota.gpus} ${quota.kind}, and the stack takes ${total}`, quota.urn);
      if (quota.gpus > budget)
        report(
          `${quota.name} allows ${quota.gpus} ${quota.kind}, and the budget is ${budget}: lower dynamo:budget.gpus`,
          quota.urn,
        );
    }
  },
});

/** GPUs that the stack's own quotas allow. */
export function quotasOf(objects: readonly ClusterObject[]) {
  return objects
    .filter(({ manifest }) => manifest.kind === "ResourceQuota")
    .flatMap(({ urn, manifest }) =>
      Object.entries(record(at(manifest, "spec", "hard"))).flatMap(([resource, amount]) => {
        const kind = resource.replace(/^requests\./, "");
        return kind !== resource && isGpu(kind)
          ? [
              {
                urn,
                name: nameOf(manifest),
                namespace: at(manifest, "metadata", "namespace"),
                kind,
                gpus: Number(quantity(amount)),
              },
            ]
          : [];
      }),
    );
}
