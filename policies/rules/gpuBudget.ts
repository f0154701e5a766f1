import { z } from "zod";
import { own } from "../../config/own";
import { totalGpus } from "../../gpus/arithmetic";
import { gpuDemand } from "../../gpus/demand";
import type { ClusterObject } from "../clusterObject";
import { type GpuQuota, quotasOf } from "../quotas";
import { allowedObjects, stackRule } from "../rule";

const settings = z.strictObject({
  gpus: z.int().min(0).default(16).describe("Maximum of the stack's GPUs."),
  allowedKinds: z
    .record(
      z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be a group and a kind, such as "ray.io/RayCluster"'),
      z.int().min(0),
    )
    .default({})
    .describe(
      "Custom resources that the pack does not know, by group and kind, and the GPUs that each takes: 0 where it makes no pods with GPUs.",
    ),
  allowed: allowedObjects(
    "Objects that need not be counted, such as HorizontalPodAutoscaler web/api of a Deployment elsewhere, or a ResourceClaimTemplate elsewhere.",
  ),
});

/** Budget of a stack whose file in policies/config/ sets none, in GPUs. */
export const defaultBudget = settings.parse({}).gpus;

/** The demand of objects, as the settings of the budget have it counted. */
export function budgetedDemand(
  objects: readonly ClusterObject[],
  { allowedKinds, allowed }: Omit<z.output<typeof settings>, "gpus">,
) {
  const manifests = objects.map(({ manifest }) => manifest);
  return gpuDemand(manifests, { kinds: allowedKinds, objects: allowed });
}

export const gpuBudget = stackRule({
  name: "gpu-budget",
  description: "All GPUs of the stack together, when everything is scaled out, stay within its budget.",
  severity: "critical",
  remedy:
    "Lower replicas or gpus of dynamo:graphs, or have raised what the message names: a quota by dynamo:budget.gpus, the policies by gpus of gpu-budget in policies/config/.",
  settings,
  check(objects, { gpus: budget, ...counted }, report) {
    const demand = budgetedDemand(objects, counted);
    if (demand.gpus > budget) {
      const uses = demand.uses.map(({ component, object, gpus }) => `${gpus} by ${component} of ${object}`);
      report(`the stack takes ${demand.gpus} GPUs, and the policies allow ${budget}: ${uses.join(", ")}`);
    }
    for (const why of demand.uncounted) report(`GPUs that can't be counted: ${why}`);
    const quotas = quotasOf(objects);
    for (const { name, urn, namespace, kind, gpus } of quotas) {
      if (Number.isNaN(gpus)) {
        report(`how many ${kind} ${name} allows is not known: write a number`, urn);
        continue;
      }
      const used = demand.uses.filter((use) => use.namespace === namespace);
      const total = totalGpus(used.map(({ byKind }) => own(byKind, kind) ?? 0));
      if (total > gpus) report(`${name} allows ${gpus} ${kind}, and the stack takes ${total}`, urn);
      if (gpus > budget)
        report(
          `${name} allows ${gpus} ${kind}, and the policies allow ${budget}: lower dynamo:budget.gpus`,
          urn,
        );
    }
    const together = allowedTogether(quotas);
    if (together > budget && quotas.every(({ gpus }) => gpus <= budget))
      report(
        `${[...new Set(quotas.map(({ name }) => name))].join(" and ")} allow ${together} GPUs together, and the policies allow ${budget}: lower dynamo:budget.gpus`,
      );
  },
});

/**
 * GPUs that quotas allow together. Of several of one kind in a namespace the least counts, and of its kinds the greatest: a quota knows no sum of
 * kinds, so that the one of a budget allows all of it for each.
 */
function allowedTogether(quotas: readonly GpuQuota[]): number {
  const allowed = new Map<string, number>();
  for (const { namespace, kind } of quotas) {
    const same = quotas.filter((other) => other.namespace === namespace && other.kind === kind);
    const min = Math.min(...same.map(({ gpus }) => gpus));
    allowed.set(namespace, Math.max(min, allowed.get(namespace) ?? 0));
  }
  return totalGpus(allowed.values());
}
