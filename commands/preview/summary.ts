/** A planned stack as data: what `--json` prints, and what the next comparison reads. */
import type { Stack } from "../../config/project";
import type { Finding } from "../../preflight/finding";
import type { NodeLoss } from "../../preflight/nodeLoss";
import type { PolicyReport } from "./applyPolicies";
import type { DryRun, PlannedResource } from "./dryRun";
import { manifestPath } from "./manifests";
import type { Sizing } from "./sizing";

export interface Summary {
  readonly project: string;
  readonly stack: string;
  /** Names of ESC environments, whose values this is without; undefined where it has all. */
  readonly environments: readonly string[] | undefined;
  readonly outputs: DryRun["outputs"];
  readonly warnings: readonly string[];
  /** What must be there before `pulumi up`, and was not looked for. */
  readonly requirements: readonly string[];
  readonly switchover: DryRun["switchover"];
  /** What changes in graphs that stay, where a new revision would make others beside them. */
  readonly changesInPlace: DryRun["changesInPlace"];
  /** Whether the cluster is ready for it. @default undefined: no cluster was given */
  readonly preflight?: readonly Finding[] | undefined;
  /** What goes with a node. @default undefined: none was to be done without */
  readonly nodeLoss?: NodeLoss | undefined;
  readonly policies: PolicyReport;
  /** What another tool proposes, beside the stack's budget. @default undefined: no --sizing was given */
  readonly sizing?: Sizing | undefined;
  /** Reasons beside the policies why `pulumi up` would make none of it. */
  readonly refusals: readonly string[];
  /** Whether it may not be made. */
  readonly refused: boolean;
  readonly resources: readonly SummarisedResource[];
}

interface SummarisedResource extends Pick<PlannedResource, "urn" | "type" | "name" | "parent"> {
  /** Path of its manifest; undefined for what is no object of the cluster. */
  readonly file: string | undefined;
}

/** Leaves out what manifests have: the inputs of resources. */
export function summarise(
  stack: Stack,
  { resources, warnings, requirements, refusals, switchover, changesInPlace, outputs }: DryRun,
  policies: PolicyReport,
): Summary {
  return {
    project: stack.project,
    stack: stack.name,
    environments: stack.environments,
    outputs,
    warnings,
    requirements,
    switchover,
    changesInPlace,
    policies,
    refusals,
    refused: refusals.length > 0 || policies.violations.some(({ level }) => level === "mandatory"),
    resources: resources.map((resource) => {
      const { urn, type, name, parent } = resource;
      return { urn, type, name, parent, file: manifestPath(resource) };
    }),
  };
}
