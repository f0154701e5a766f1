/** `pulumi up` alone: the Automation API asks for outputs and history after it, by three commands of Pulumi. */
import type { Stack, UpOptions } from "@pulumi/pulumi/automation";
import type { Rehearsal } from "./rehearsal";

/** A stack whose updates end with a summary, and without outputs. */
export const withoutOutputs = (stack: Stack): Stack =>
  Object.assign(Object.create(stack), { outputs: async () => ({}) });

/** A stack whose updates end without either. */
export const withoutResults = (stack: Stack): Stack =>
  Object.assign(withoutOutputs(stack), { info: async () => undefined });

/** `pulumi up` of a rehearsal's stack, for those who look at the cluster for what it did. */
export async function update({ engine }: Rehearsal, options: UpOptions = {}): Promise<void> {
  await withoutResults(engine.stack).up({ onOutput: () => {}, ...options });
}
