/** Changes of the policies' own limits: a limit that a pull request lifts has no violations any more. */
import { isDeepStrictEqual } from "node:util";
import type { AppliedRules } from "./policySettings";

/** A setting of one rule that another file of settings has changed. */
export interface PolicyChange {
  readonly rule: string;
  /** `level`, or one of the rule's settings. */
  readonly setting: string;
  /** Undefined where the rule is new. */
  readonly before: unknown;
  /** Undefined where the rule is gone. */
  readonly after: unknown;
}

/** Levels and settings that differ, in the order of the rules. */
export function policyChanges(before: AppliedRules, after: AppliedRules): PolicyChange[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((rule) => {
    const [was, is] = [flat(before[rule]), flat(after[rule])];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .map((setting) => ({ rule, setting, before: was[setting], after: is[setting] }))
      .filter(({ before, after }) => !isDeepStrictEqual(before, after));
  });
}

const flat = (rule: AppliedRules[string] | undefined): Record<string, unknown> =>
  rule === undefined ? {} : { level: rule.level, ...rule.settings };

/** The value of a policy's setting, as its file writes it. */
export function settingText(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
