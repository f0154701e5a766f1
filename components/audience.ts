import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../config/load";
import type { StackPlan } from "../plan/stack";

/** Who hears of a plan before anything is made. */
export interface Audience {
  warn(message: string): void;
  /** Hears what must be there, which the plan can't see. */
  need(requirement: string): void;
  /** Hears why the plan must not be made. */
  refuse(reason: string): void;
  /** Hears how graphs will be replaced, and what of them changes in place. */
  inform(plan: Pick<StackPlan, "switchover" | "changesInPlace">): void;
}

/** Pulumi's log, where a refusal ends the program. */
export const log: Audience = {
  warn: (message) => void pulumi.log.warn(message),
  need: (requirement) => {
    // An update has been previewed.
    if (pulumi.runtime.isDryRun()) void pulumi.log.info(`must be there: ${requirement}`);
  },
  refuse: (reason) => {
    throw refusal(reason);
  },
  inform: ({ switchover: { kind, steps, peak } }) => {
    const list = steps.map((step, i) => `${i + 1}. ${step}`).join("\n");
    if (steps.length > 0) void pulumi.log.info(`${kind}, with ${peak} GPUs at its peak:\n${list}`);
  },
};
