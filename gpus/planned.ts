/** GPUs that Dynamo's planners may add to graphs. */
import { wholeGpu } from "../config/accelerators";
import { totalGpus } from "./arithmetic";
import { isPlanned, type Planner, plannerOf } from "./planner";
import type { GpuUse } from "./use";
import type { Workload } from "./workloads";

interface Planned {
  readonly workload: Workload;
  readonly use: GpuUse;
}

/**
 * GPUs that planners may add to what they scale: one of a graph to its own workers, the global one to all graphs that it
 * manages. Its limit is a ceiling above these, and planners that ask it have none of their own.
 * @param uses those of the workloads, in the same order.
 */
export function plannedUses(
  workloads: readonly Workload[],
  uses: readonly GpuUse[],
  report: (why: string) => void,
): GpuUse[] {
  const all = workloads.flatMap((workload, i) => {
    const use = uses[i];
    return use ? [{ workload, use }] : [];
  });
  const planners = workloads.flatMap((workload) => {
    const planner = plannerOf(workload);
    return planner ? [{ workload, planner }] : [];
  });
  return planners.flatMap(({ workload, planner }) => {
    const { object, component } = workload;
    const asks = planner.asks;
    if (asks !== undefined) {
      const isThere = planners.some(
        (other) => other.planner.isGlobal && dynamoNamespace(other.workload) === asks,
      );
      if (!isThere)
        report(
          `${object}: ${component} scales as a global planner lets it, and that is not in this plan: ${asks}`,
        );
      return [];
    }
    if (!Number.isFinite(planner.budget)) {
      report(
        Number.isNaN(planner.budget)
          ? `${object}: how far ${component} scales is not known: start dynamo.planner itself, with its GPU budget as a number in its arguments`
          : `${object}: ${component} scales without a limit: give it ${planner.isGlobal ? "--max-total-gpus" : "--max-gpu-budget"}`,
      );
      return [];
    }
    const gpus = planner.isGlobal ? belowCeiling(workload, planner, all) : added(workload, planner, all);
    const { manifest, namespace, type } = workload;
    const use = { object, manifest, namespace, component, type, replicas: gpus, nodes: 1, perPod: 1, gpus };
    return [{ ...use, byKind: { [wholeGpu]: gpus } }];
  });
}

/** GPUs between what a planner's own graph has, and what it may bring it to. */
function added({ manifest }: Workload, planner: Planner, all: readonly Planned[]): number {
  const graph = all.filter(({ workload }) => workload.manifest === manifest);
  const workers = graph.map(({ workload }) => workload);
  const scaled = graph.filter(({ workload, use }) => use.perPod > 0 && isPlanned(workload, workers));
  const sizes = scaled.map(({ workload, use: { perPod, nodes } }) => ({
    gpus: perPod * nodes,
    counted: planner.engineGpus(workload, perPod),
  }));
  // A replica may take more GPUs than the planner counts it for.
  const max = planner.budget * Math.max(1, ...sizes.map(({ gpus, counted }) => gpus / counted));
  const min = totalGpus(sizes.map(({ gpus }) => gpus * planner.minReplicas));
  const now = totalGpus(scaled.map(({ use }) => use.gpus));
  return Math.max(0, Math.ceil(Math.max(max, min)) - now);
}

/** GPUs that a global planner's graphs lack to its ceiling. Without names it manages all of its namespace. */
function belowCeiling(planner: Workload, { budget, manages }: Planner, all: readonly Planned[]): number {
  const managed = all.filter(({ workload }) =>
    manages.length === 0
      ? workload.namespace === planner.namespace
      : manages.includes(dynamoNamespace(workload)),
  );
  return Math.max(0, Math.ceil(budget) - totalGpus(managed.map(({ use }) => use.gpus)));
}

/** The namespace of Dynamo's own that a graph has. */
function dynamoNamespace({ namespace, object }: Workload): string {
  return `${namespace}-${object.replace(/^.*[ /]/, "")}`;
}
