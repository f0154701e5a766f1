/** Policy settings of a stack's file in policies/config/, as `--policy-pack-config` takes it. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { EnforcementLevel } from "@pulumi/policy";
import { z } from "zod";
import { projectDir } from "../../config/project";
import { rules } from "../../policies/rules";
import { UserError } from "../cli/userError";

export type PolicyRule = (typeof rules)[number];

export const levels = z.enum(["advisory", "mandatory", "remediate", "disabled"]);
const setting = z.union([levels, z.looseObject({ enforcementLevel: levels.optional() })]);
const settingsFile = z.partialRecord(z.enum(["all", ...rules.map(({ name }) => name)]), setting);
type Setting = z.output<typeof setting> | undefined;

/** Folder of the policy pack. */
const pack = join(projectDir, "policies");

export interface PolicySettings {
  /** The file, from the project's folder; undefined where all is left at its default. */
  readonly file: string | undefined;
  readonly byRule: z.output<typeof settingsFile>;
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
    const byRule = settingsFile.parse(JSON.parse(readFileSync(path, "utf8")));
    for (const rule of rules) checkSettings(rule, byRule[rule.name]);
    checkSettings({ name: "all" }, byRule.all);
    return { file: name, byRule };
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(`the policies' settings in ${name} can't be used: ${message}`);
  }
}

/** The pack, set so, as Pulumi's Automation API takes it. */
export function policyOptions({ file }: PolicySettings) {
  return { policyPacks: [pack], policyPackConfigs: file === undefined ? [] : [join(projectDir, file)] };
}

function checkSettings(
  { name, configSchema }: Pick<PolicyRule, "name" | "configSchema">,
  value: Setting,
): void {
  const { enforcementLevel: _, ...settings } = typeof value === "object" ? value : {};
  const properties = configSchema?.properties ?? {};
  for (const key of Object.keys(settings))
    if (!(key in properties))
      throw new Error(
        `${name} has no setting "${key}", only ${Object.keys(properties).join(", ") || "a level"}`,
      );
  const schema = z.fromJSONSchema({ type: "object", properties } as z.core.JSONSchema.JSONSchema);
  const { error } = schema.safeParse(settings);
  if (error) throw new Error(`${name}: ${z.prettifyError(error)}`);
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

/** Number of rules that are not disabled. */
export function activeRules(applied: AppliedRules): number {
  return Object.values(applied).filter(({ level }) => level !== "disabled").length;
}

/** Level and settings of a rule. A level of its own goes before one of `all`, and that before the rule's default. */
export function effective(
  { name, enforcementLevel = "mandatory" }: PolicyRule,
  { byRule }: PolicySettings,
): { level: EnforcementLevel; config: Readonly<Record<string, unknown>> } {
  const levelOf = (value: Setting) => (typeof value === "string" ? value : value?.enforcementLevel);
  const own = byRule[name];
  return {
    level: levelOf(own) ?? levelOf(byRule.all) ?? enforcementLevel,
    config: typeof own === "object" ? own : {},
  };
}
