/** What the policies say of a stack, in a comment's words. */
import { type BaseVerdict, isAgreed } from "./baseVerdict";
import type { Comparison } from "./comparison";
import { code, fitting, plainText, table } from "./markdown";
import { settingText } from "./policyChanges";
import { activeRules, noFile } from "./policySettings";
import type { Preview } from "./previewStack";

/** No violation shows a rule that is lifted: its limits' owners should see that at first sight. */
export function liftedLimits({ policies, before }: Comparison): string {
  const rules = [...new Set(policies.map(({ rule }) => code(rule)))];
  const what = before
    ? "The limits of the policies change"
    : "Limits of this new stack that are not the policies' defaults";
  return rules.length === 0
    ? ""
    : `> ⚠️ ${what}: ${fitting(rules, (count) => `… and ${count} more`).join(", ")}`;
}

/** What the base says of it, at first sight: nothing that follows is to be taken for granted where it disagrees. */
export function baseWarning(base: BaseVerdict | undefined): string {
  if (base === undefined || isAgreed(base)) return "";
  return "failure" in base
    ? `> ⚠️ Only this pull request's own code has judged it: ${plainText(base.failure)}`
    : "> ⚠️ The policies of the base judge it otherwise than this pull request's, which wrote this comment.";
}

function baseTable(base: BaseVerdict | undefined): string {
  if (base === undefined || "failure" in base || isAgreed(base)) return "";
  const told = (messages: readonly string[]) => messages.map(plainText).join("<br>") || "no violation";
  const rows = base.differences.map(({ what, base, head }) => [plainText(what), told(base), told(head)]);
  return table(["", "by the base", "by this pull request"], ["---", "---", "---"], rows);
}

export function policyTable(
  { rules, settings, violations }: Preview["summary"]["policies"],
  comparison: Comparison | undefined,
  base: BaseVerdict | undefined,
): string {
  const count = violations.length === 0 ? "no violations" : `${violations.length} violated`;
  const heading = `**Policies**: ${activeRules(rules)} rules, ${count} (${settings === undefined ? noFile : code(settings)})${base !== undefined && isAgreed(base) ? "; the base's policies say the same" : ""}`;
  const limits = (comparison?.policies ?? []).map(({ rule, setting, before, after }) => [
    code(rule),
    plainText(setting),
    plainText(settingText(before)),
    plainText(settingText(after)),
  ]);
  const rows = violations.map(({ rule, level, severity, message, remedy }) => [
    level === "mandatory" ? "❌" : "⚠️",
    code(rule),
    severity,
    `${plainText(message)}<br>→ ${plainText(remedy)}`,
  ]);
  return [
    heading,
    baseTable(base),
    limits.length > 0
      ? table(
          ["rule", "setting", comparison?.before ? "before" : "default", "after"],
          ["---", "---", "---", "---"],
          limits,
        )
      : "",
    rows.length > 0 ? table(["", "rule", "severity", ""], ["---", "---", "---", "---"], rows) : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
