import type { Stack } from "../../config/project";
import type { DeployedGraphs } from "../../plan/switchover";
import { applyPolicies } from "./applyPolicies";
import { dryRun, type PlannedResource } from "./dryRun";
import type { PolicySettings } from "./policySettings";
import { type Summary, summarise } from "./summary";

export interface Preview {
  readonly summary: Summary;
  readonly resources: readonly PlannedResource[];
}

/**
 * Preview of what `pulumi up --policy-pack policies` would make of a stack. One call for each process.
 * @param deployed graphs that the stack has now.
 * @throws pulumi.RunError if the config can't be used.
 */
export async function previewStack(
  stack: Stack,
  settings: PolicySettings,
  deployed: DeployedGraphs,
): Promise<Preview> {
  const plan = await dryRun(stack, deployed);
  const { resources, report } = await applyPolicies(plan.resources, settings);
  return { summary: summarise(stack, { ...plan, resources }, report), resources };
}
