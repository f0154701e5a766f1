import type { Stack } from "../../config/project";
import type { DeployedGraphs } from "../../plan/switchover";
import { answersRequirements, judge } from "../../preflight/judge";
import { describeNamed, namedObjects } from "../../preflight/namedObjects";
import { needsOf } from "../../preflight/needs";
import type { Lost } from "../../preflight/nodeLoss";
import type { Snapshot } from "../../preflight/snapshot";
import { applyPolicies } from "./applyPolicies";
import { dryRun, type PlannedResource } from "./dryRun";
import { lossOf } from "./lostNode";
import { objectsIn } from "./manifests";
import type { PolicySettings } from "./policySettings";
import { type Summary, summarise } from "./summary";

export interface Preview {
  readonly summary: Summary;
  readonly resources: readonly PlannedResource[];
  readonly settings: Stack["settings"];
  /** The cluster that it is for. @default undefined: it is not known */
  readonly cluster?: Snapshot | undefined;
}

/**
 * Preview of what `pulumi up --policy-pack policies` would make of a stack. One call for each process.
 * @param deployed graphs that the stack has now.
 * @param cluster that it is for. Default: not known
 * @param lost node or zone to do without. Default: none
 * @throws pulumi.RunError if the config can't be used.
 */
export async function previewStack(
  stack: Stack,
  settings: PolicySettings,
  deployed: DeployedGraphs,
  cluster?: Snapshot,
  lost?: Lost,
): Promise<Preview> {
  const plan = await dryRun(stack, deployed);
  const { resources, report } = await applyPolicies(plan.resources, settings, plan);
  const needs = needsOf(stack.settings, objectsIn(resources));
  const preflight = cluster && judge(needs, cluster);
  const nodeLoss = lost === undefined ? undefined : lossOf(needs, cluster, lost);
  const answered = preflight && answersRequirements(preflight) ? stack.settings.runtime.requirements : [];
  const requirements = [
    ...plan.requirements.filter((requirement) => !answered.includes(requirement)),
    ...(preflight ? [] : namedObjects(needs).map(describeNamed)),
  ];
  // Advice that a policy gives too is told once.
  const told = report.violations.map(({ message }) => message);
  const warnings = plan.warnings.filter((warning) => !told.some((message) => warning.startsWith(message)));
  return {
    summary: {
      ...summarise(stack, { ...plan, resources, requirements, warnings }, report),
      preflight,
      nodeLoss,
    },
    resources,
    settings: stack.settings,
    cluster,
  };
}
