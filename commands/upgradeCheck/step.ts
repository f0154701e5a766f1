/** A step of an upgrade, and the verdict on it. */
import type { Printed } from "../cli/printed";
import type { GraphEffect } from "../preview/effects";
import type { upgradeStep } from "./output";

export type UpgradeStep = Printed<typeof upgradeStep>;

/** Whether a step may be done: as it comes, with lines or commands to write, or not at all until something else is. */
export type StepVerdict = UpgradeStep["verdict"];

/** Pods that a step starts, and the GPUs that it needs meanwhile. */
export type StepPods = NonNullable<UpgradeStep["pods"]>;

/** The verdict on pods that start: an outage is nothing to be done unseen. */
export function podsVerdict(effects: readonly GraphEffect[], isBlocked: boolean): StepVerdict {
  if (isBlocked) return "blocked";
  return effects.some(({ way }) => way === "recreated") ? "by hand" : "safe";
}
