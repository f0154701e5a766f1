/** The policy pack's rules, applied in this process to a planned stack, as Pulumi's engine applies them. */
import type { Severity } from "@pulumi/policy";
import { stackType } from "../../policies/clusterObject";
import type { PolicyRule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import type { DryRun, PlannedResource } from "./dryRun";
import { type AppliedRules, appliedRules, effective, type PolicySettings } from "./policySettings";

export interface Violation {
  readonly rule: string;
  readonly level: "advisory" | "mandatory";
  readonly severity: Severity;
  /** URN of the resource; undefined where it is the stack as a whole. */
  readonly urn: string | undefined;
  readonly message: string;
  readonly remedy: string;
}

/** Verdict of the policies on a stack, and the rules as they were set for it. */
export interface PolicyReport {
  readonly rules: AppliedRules;
  /** File of the settings; undefined where all is left at its default. */
  readonly settings: string | undefined;
  /** Mandatory ones first. */
  readonly violations: readonly Violation[];
}

/**
 * Resources as the rules' remediations leave them, and what the rules find wrong with these.
 * @param outputs of the stack, which rules on the stack see as the engine shows them
 */
export async function applyPolicies(
  planned: readonly PlannedResource[],
  settings: PolicySettings,
  { changesInPlace }: Pick<DryRun, "changesInPlace"> = { changesInPlace: [] },
): Promise<{ resources: readonly PlannedResource[]; report: PolicyReport }> {
  const applied = rules
    .map((rule) => ({ rule, ...effective(rule, settings) }))
    .filter(({ level }) => level !== "disabled");
  const resources: PlannedResource[] = [];
  const remediations = applied.filter(({ level }) => level === "remediate");
  for (const resource of planned)
    resources.push(remediations.length > 0 ? await remediate(resource, remediations) : resource);

  const stack = { type: stackType, urn: "", name: "", props: { changesInPlace } };
  const violations: Violation[] = [];
  for (const { rule, level, config } of applied) {
    const report = (message: string, urn?: string) =>
      void violations.push({
        rule: rule.name,
        level: level === "advisory" ? level : "mandatory", // what a remediation can't mend is mandatory
        severity: rule.severity ?? "medium",
        urn,
        message,
        remedy: rule.remediationSteps ?? "",
      });
    if ("validateStack" in rule) {
      const args = { ...argsOf(config), resources: [stack, ...resources.map(policyResource)] };
      await validate(() => rule.validateStack(args as never, report));
    } else
      for (const resource of resources)
        for (const validation of [rule.validateResource ?? []].flat()) {
          const args = { ...argsOf(config), ...policyResource(resource) };
          const reportHere = (message: string) => report(message, resource.urn);
          const waiting = validate(() => validation(args as never, reportHere));
          if (waiting) await waiting;
        }
  }
  violations.sort((a, b) => Number(a.level === "advisory") - Number(b.level === "advisory"));
  return { resources, report: { rules: appliedRules(settings), settings: settings.file, violations } };
}

async function remediate(
  resource: PlannedResource,
  remediations: readonly { rule: PolicyRule; config: object }[],
): Promise<PlannedResource> {
  let { inputs } = resource;
  for (const { rule, config } of remediations)
    if ("remediateResource" in rule && rule.remediateResource) {
      const args = { ...argsOf(config), ...policyResource({ ...resource, inputs: inputs }) };
      inputs = (await rule.remediateResource(args as never)) ?? inputs;
    }
  return { ...resource, inputs };
}

/** Arguments of rules of both kinds beside resources. This program's rules use nothing else. */
const argsOf = (config: object) => ({
  getConfig: () => config,
  notApplicable: () => {
    throw new NotApplicable();
  },
});

const policyResource = ({ type, urn, name, inputs }: PlannedResource) => ({ type, urn, name, props: inputs });

class NotApplicable extends Error {}

/** Validates what a rule applies to. Nearly all rules answer at once: to wait for each of them takes longer than they do. */
function validate(validation: () => Promise<void> | void): Promise<void> | undefined {
  try {
    const done = validation();
    return done instanceof Promise ? done.catch(unlessNotApplicable) : undefined;
  } catch (error) {
    unlessNotApplicable(error);
    return undefined;
  }
}

function unlessNotApplicable(error: unknown): void {
  if (!(error instanceof NotApplicable)) throw error;
}
