/** What the GPUs of a stack's graphs cost. */
import { wholeGpu } from "../config/accelerators";
import type { BudgetConfig } from "../config/schema";
import { gpuHoursPerDay } from "../gpus/arithmetic";
import { priceOf, rounded } from "../gpus/price";
import { workloadsOf } from "../gpus/workloads";
import type { GraphPlan } from "./graph/graphPlan";

/** Money of a day, with scalers at their minimum and at their maximum. */
export interface Cost {
  readonly min: number;
  /** At full scale. */
  readonly amount: number;
}

export interface CostSummary extends Cost {
  readonly currency: string;
  readonly byGraph: Readonly<Record<string, Cost>>;
  /** Kinds of GPU whose price is not known, and which the amounts leave out. */
  readonly unpriced: readonly string[];
}

/** The cost of a day; undefined where the config gives no price. */
export function costOfDay(
  { pricePerGpuHour, prices, currency }: BudgetConfig,
  graphs: readonly GraphPlan[],
): CostSummary | undefined {
  if (pricePerGpuHour === undefined && prices === undefined) return undefined;
  const unpriced = new Set<string>();
  const byGraph = graphs.map(({ name, components, deployment }) => {
    const { workloads } = workloadsOf(deployment);
    const costs = components.map(({ name: component, gpus, nodes, range, extraGpus }): Cost => {
      if (gpus === undefined && extraGpus === 0) return { min: 0, amount: 0 };
      const kind = gpus?.resource ?? wholeGpu;
      const pod = workloads.find((workload) => workload.component === component)?.pod;
      const price = priceOf(pod, kind, { pricePerGpuHour, prices });
      if (price === undefined) unpriced.add(kind);
      const ofReplicas = (replicas: number) => (gpus?.perPod ?? 0) * nodes * replicas;
      const cost = (count: number) => gpuHoursPerDay(count) * (price ?? 0);
      return { min: cost(ofReplicas(range.min)), amount: cost(ofReplicas(range.max) + extraGpus) };
    });
    return [name, total(costs)] as const;
  });
  return {
    ...total(byGraph.map(([, cost]) => cost)),
    currency,
    byGraph: Object.fromEntries(byGraph),
    unpriced: [...unpriced],
  };
}

/** Several costs together, rounded to hundredths. */
export const total = (costs: readonly Cost[]): Cost => ({
  min: rounded(costs.reduce((sum, { min }) => sum + min, 0)),
  amount: rounded(costs.reduce((sum, { amount }) => sum + amount, 0)),
});
