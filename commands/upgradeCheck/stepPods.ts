/** The pods of a step, and the GPUs that they need meanwhile. */
import type { Runtime } from "../../config/runtime/runtime";
import { surgeOf } from "../../plan/budget";
import type { ServiceSummary } from "../../plan/graph/summary";
import type { SwitchoverPlan } from "../../plan/switchover";
import type { GraphEffect } from "../preview/effects";
import { isRolled } from "./inPlace";
import type { StepPods } from "./step";

/** A stack after a step. */
interface After {
  readonly runtime: Pick<Runtime, "rollsBeside">;
  /** GPUs of its graphs. */
  readonly total: number;
  readonly services: readonly ServiceSummary[];
  readonly switchover: Pick<SwitchoverPlan, "steps" | "peak"> | undefined;
}

/** @param limit of the GPUs. @default none is known */
export function stepPods(
  effects: readonly GraphEffect[],
  { runtime, total, services, switchover }: After,
  limit: number | undefined,
): StepPods {
  const starts = effects.flatMap((effect) => effect.starts);
  const surge = services
    .filter((service) => isRolled(effects, service))
    .map((service) => surgeOf(service, runtime));
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
