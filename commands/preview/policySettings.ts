/** Policy settings of a stack's file in policies/config/, as `--policy-pack-config` takes it. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { EnforcementLevel } from "@pulumi/policy";
import { projectDir } from "../../config/project";
import type { PolicyRule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { inputText } from "../cli/files";
import { UserError, wordsOf } from "../cli/userError";
import { parsePolicyFile, type Setting, type SettingsByRule } from "./policyFile";

/** Folder of the policy pack. */
const pack = join(projectDir, "policies");

export interface PolicySettings {
  /** The file, from the project's folder; undefined where all is left at its default. */
  readonly file: string | undefined;
  readonly byRule: SettingsByRule;
}

/** In place of the name of a file. */
export const noFile = "defaults, as this stack has no file in policies/config/";

/**
 * Reads the settings of a stack.
 * @param file default: policies/config/<stack>.json, or no settings where that is not there.
 * @throws UserError if the file can't be read, or sets what the pack does not know.
 */
export function readPolicySettings(stack: string, file?: string): PolicySettings {
  const path = file ?? join(pack, "config", `${stack}.json`);
  if (file === undefined && !existsSync(path)) return { file: undefined, byRule: {} };
  const name = relative(projectDir, path);
  try {
    return { file: name, byRule: parsePolicyFile(inputText(path)) };
  } catch (error) {
    throw new UserError(`the policies' settings in ${name} can't be used: ${wordsOf(error)}`);
  }
}

/** The pack, set so, as Pulumi's Automation API takes it. */
export function policyOptions({ file }: PolicySettings) {
  return { policyPacks: [pack], policyPackConfigs: file === undefined ? [] : [join(projectDir, file)] };
}

/** Level and settings of each rule, by its name. */
export type AppliedRules = Readonly<
  Record<string, { readonly level: EnforcementLevel; readonly settings: Readonly<Record<string, unknown>> }>
>;

/** Level and settings of all rules, with defaults. */
export function appliedRules(settings: PolicySettings): AppliedRules {
  return Object.fromEntries(
    rules.map((rule) => {
      const { level, config } = effective(rule, settings);
      const defaults = Object.entries(rule.configSchema?.properties ?? {}).map(
        ([name, { default: value }]) => [name, value],
      );
      const { enforcementLevel: _, ...own } = config;
      return [rule.name, { level, settings: { ...Object.fromEntries(defaults), ...own } }];
    }),
  );
}

/** Maximum of GPUs that the policies allow. */
export function policyBudget({ "gpu-budget": rule }: AppliedRules): number | undefined {
  const gpus = rule?.level === "disabled" ? undefined : rule?.settings.gpus;
  return typeof gpus === "number" ? gpus : undefined;
}

/** Number of rules that are not disabled. */
export function activeRules(applied: AppliedRules): number {
  return Object.values(applied).filter(({ level }) => level !== "disabled").length;
}

/** Level and settings of a rule. A level of its own goes before one of `all`, and that before the rule's default. */
export function effective(
  { name, enforcementLevel = "mandatory" }: PolicyRule,
  { byRule }: PolicySettings,
): { level: EnforcementLevel; config: Readonly<Record<string, unknown>> } {
  const levelOf = (value: Setting | undefined) =>
    typeof value === "string" ? value : value?.enforcementLevel;
  const own = byRule[name];
  return {
    level: levelOf(own) ?? levelOf(byRule.all) ?? enforcementLevel,
    config: typeof own === "object" ? own : {},
  };
}
