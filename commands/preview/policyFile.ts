/** A file of policies' settings: its levels and settings by rule, or all that is wrong with it. */
import type { EnforcementLevel } from "@pulumi/policy";
import { parseDocument } from "yaml";
import { describeIssue } from "../../config/messages";
import { nearest } from "../../config/near";
import { printable } from "../../config/printable";
import { levels, settingMistakes, withLevel } from "../../policies/rule";
import { rules } from "../../policies/rules";

/** A level, or settings with one. */
export type Setting =
  | EnforcementLevel
  | Readonly<{ enforcementLevel?: EnforcementLevel; [setting: string]: unknown }>;

/** Settings by the names of rules, or of `all`. */
export type SettingsByRule = Readonly<Partial<Record<string, Setting>>>;

/** What a file may have by rule, and of `all`, which has a level alone. */
const known = new Map([["all", withLevel()], ...rules.map(({ name, written }) => [name, written] as const)]);

/** @throws Error that lists every mistake */
export function parsePolicyFile(text: string): SettingsByRule {
  const content: unknown = JSON.parse(text);
  // Of a rule that is there twice the last would count, whatever was read.
  const [twice] = parseDocument(text, { logLevel: "silent" }).errors;
  if (twice !== undefined) throw new Error(twice.message.split("\n", 1)[0]);
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new Error('must be an object, such as { "gpu-budget": { "gpus": 4 } }');
  const mistakes = Object.entries(content).flatMap(([name, setting]) => mistakesOf(name, setting));
  if (mistakes.length > 0)
    throw new Error(mistakes.length === 1 ? mistakes.join() : `\n${mistakes.join("\n")}`);
  return content as SettingsByRule;
}

function mistakesOf(name: string, setting: unknown): string[] {
  const told = (what: string) => `✖ ${what} → at ${printable(name)}`;
  const written = known.get(name);
  if (written === undefined) return [told(`is no rule: ${instead(name, known.keys())}`)];
  if (typeof setting === "string") {
    const { error } = levels.safeParse(setting, { error: describeIssue });
    return (error?.issues ?? []).map(({ message }) => told(message));
  }
  if (typeof setting !== "object" || setting === null || Array.isArray(setting))
    return [told(`must be a level (${levels.options.join(", ")}), or an object with settings`)];
  return settingMistakes(name, written, setting);
}

/** What to write instead of a word. */
function instead(word: string, words: Iterable<string>): string {
  const all = [...words];
  const near = nearest(word, all);
  return near === undefined ? `write one of ${all.join(", ")}, or remove it` : `write ${near}`;
}
