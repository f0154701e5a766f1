/** GPUs and cost of a stack's graphs, and the budget and quota that limit them. */
import { wholeGpu } from "../config/accelerators";
import { own } from "../config/own";
import type { Runtime } from "../config/runtime/runtime";
import type { BudgetConfig } from "../config/schema";
import { gpuHoursPerDay, totalGpus } from "../gpus/arithmetic";
import { type CostSummary, costOfDay } from "./cost";
import { gpusOfComponent } from "./graph/componentGpus";
import type { GraphPlan } from "./graph/graphPlan";
import type { ServiceSummary } from "./graph/summary";

/** GPUs of a stack's graphs at full scale. */
export interface GpuSummary {
  readonly total: number;
  readonly byGraph: Readonly<Record<string, number>>;
  /** By resource, such as nvidia.com/gpu. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Maximum that the config allows; undefined without a budget. */
  readonly budget: number | undefined;
  /** GPU-hours of a day. */
  readonly hoursPerDay: number;
  /** Cost of these; undefined where the config gives no price. */
  readonly costPerDay: CostSummary | undefined;
}

/** GPUs of graphs, and their cost. */
export function summariseGpus(config: BudgetConfig, graphs: readonly GraphPlan[]): GpuSummary {
  const total = totalGpus(graphs.map(({ gpus }) => gpus));
  return {
    total,
    byGraph: Object.fromEntries(graphs.map(({ name, gpus }) => [name, gpus])),
    byKind: byKindOf(graphs),
    budget: config.gpus,
    hoursPerDay: gpuHoursPerDay(total),
    costPerDay: costOfDay(config, graphs),
  };
}

/** GPUs of all graphs by resource. A planner adds whole ones: it counts no others. */
function byKindOf(graphs: readonly GraphPlan[]): Record<string, number> {
  const byKind: Record<string, number> = {};
  for (const component of graphs.flatMap(({ components }) => components)) {
    const gpus = gpusOfComponent(component);
    const kind = component.gpus?.resource ?? wholeGpu;
    if (gpus > 0) byKind[kind] = (own(byKind, kind) ?? 0) + gpus;
  }
  return byKind;
}

/** Message on a plan that is over its budget; undefined where it is not. */
export function overBudget({ total, budget }: GpuSummary): string | undefined {
  return budget === undefined || total <= budget
    ? undefined
    : `the graphs ask for ${total} GPUs, and the budget is ${budget}: lower replicas or gpus of dynamo:graphs, or raise dynamo:budget.gpus`;
}

/**
 * The quota that holds the graphs' namespace to the budget, also for what other people make there. Of each kind of GPU that
 * the graphs take it allows the whole budget, since a quota knows no sum of kinds.
 */
export function budgetQuota(namespace: string, { budget, byKind }: GpuSummary) {
  const kinds = [...new Set([wholeGpu, ...Object.keys(byKind)])].sort();
  return {
    metadata: { name: "dynamo-gpu-budget", namespace },
    spec: { hard: Object.fromEntries(kinds.map((kind) => [quotaKey(kind), String(budget)])) },
  };
}

/** A resource's name in quotas, or that of a DeviceClass, which has no domain before a slash. */
const quotaKey = (kind: string) =>
  kind.includes("/") ? `requests.${kind}` : `${kind}.deviceclass.resource.k8s.io/devices`;

/** A rolling update of a component whose surge is over the budget. */
export interface TightUpdate {
  readonly graph: string;
  readonly component: string;
  /** GPUs that it needs for a while. */
  readonly needed: number;
  /** Whether it waits for ever, or else is slow. */
  readonly stalls: boolean;
}

/**
 * Rolling updates that a limit of GPUs leaves too little room. The operator's Deployments make a quarter of their pods
 * before as many are deleted (maxSurge 25%, rounded up), and delete none before that where there are fewer than four
 * (maxUnavailable 25%, rounded down): the quota would refuse the new pod, and the update would wait for ever. With four
 * and more it goes on, but Kubernetes tries anew after ever longer pauses: up to a minute and more in a rehearsal.
 */
export function tightUpdates(
  total: number,
  limit: number,
  services: readonly ServiceSummary[],
  { rollsBeside }: Pick<Runtime, "rollsBeside">,
): TightUpdate[] {
  return services.flatMap(({ graph, component, nodes, gpusPerPod, replicas }) => {
    const needed = total + gpusPerPod;
    return rollsBeside && nodes === 1 && gpusPerPod > 0 && needed > limit
      ? [{ graph, component, needed, stalls: replicas < 4 }]
      : [];
  });
}

/** GPUs that a component's rolling update adds while it goes on, if it has room. Pods of several nodes are replaced one by one. */
export function surgeOf(
  { nodes, gpusPerPod, replicas }: Pick<ServiceSummary, "nodes" | "gpusPerPod" | "replicas">,
  { rollsBeside }: Pick<Runtime, "rollsBeside">,
): number {
  return rollsBeside && nodes === 1 ? Math.ceil(replicas / 4) * gpusPerPod : 0;
}

/** Advice on a budget that a rolling update would run into. */
export function adviseOnBudget(
  { total, budget }: GpuSummary,
  services: readonly ServiceSummary[],
  runtime: Pick<Runtime, "rollsBeside">,
): string[] {
  if (budget === undefined || total > budget) return []; // what is over it is refused as a whole
  return tightUpdates(total, budget, services, runtime).map(
    ({ graph, component, needed, stalls }) =>
      `graph ${graph}: a rolling update of ${component} needs ${needed} GPUs for a while, and the budget is ${budget}: it would ${stalls ? "stall" : "be slow"} (dynamo:budget.gpus)`,
  );
}
