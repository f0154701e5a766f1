/** The pods of a step, and the GPUs that they need meanwhile. */
import { surgeOf } from "../../plan/budget";
import type { ServiceSummary } from "../../plan/graph/summary";
import type { SwitchoverPlan } from "../../plan/switchover";
import type { GraphEffect } from "../preview/effects";
import type { StepPods } from "./step";

/** A stack after a step. */
interface After {
  /** GPUs of its graphs. */
  readonly total: number;
  readonly services: readonly ServiceSummary[];
  readonly switchover: Pick<SwitchoverPlan, "steps" | "peak"> | undefined;
}

/** @param limit of the GPUs. @default none is known */
export function stepPods(
  effects: readonly GraphEffect[],
  { total, services, switchover }: After,
  limit: number | undefined,
): StepPods {
  const starts = effects.flatMap((effect) => effect.starts);
  const surge = services
    .filter(({ graph, component }) =>
      effects.some(
        (effect) =>
          effect.graph === graph &&
          effect.way === "in place" &&
          effect.starts.some((one) => one.component === component),
      ),
    )
    .map(surgeOf);
  const least = switchover && switchover.steps.length > 0 ? switchover.peak : total;
  return {
    effects,
    pods: sum(starts.map(({ pods }) => pods)),
    gpus: sum(starts.map(({ gpus }) => gpus)),
    // A quota holds rolling updates to what is left, and they go on with less.
    peak: Math.max(least, Math.min(least + sum(surge), limit ?? Number.POSITIVE_INFINITY)),
    limit,
  };
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, one) => total + one, 0);
