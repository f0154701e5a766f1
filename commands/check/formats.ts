/** What the check found, in the formats of reviews. */
import { printable } from "../../config/printable";
import { plainText, table } from "../preview/markdown";
import { noFile } from "../preview/policySettings";
import type { Verdict } from "./verdict";

type Violations = Verdict["violations"];

/** The verdict for a terminal, and by which settings it is. */
export function describeVerdict({ violations, settings = noFile, gpus }: Verdict): string {
  const count = violations.length === 1 ? "1 violation" : `${violations.length || "no"} violations`;
  return [...describe(violations), `${gpus} GPUs, ${count} (${settings})`].join("\n");
}

const describe = (violations: Violations) =>
  violations.map((one) => {
    const mark = one.level === "mandatory" ? "✖" : "⚠";
    const where = one.file === undefined ? "" : `${printable(one.file)}: `;
    return `${mark} ${where}${one.rule} (${one.level}): ${printable(one.message)}\n  → ${one.remedy}`;
  });

export function markdownOf(violations: Violations): string {
  const rows = violations.map((one) => [
    one.rule,
    one.level,
    plainText(one.file ?? ""),
    plainText(one.message),
  ]);
  return rows.length === 0
    ? "No violations."
    : table(["rule", "level", "file", "violation"], ["---", "---", "---", "---"], rows);
}

/**
 * The log that GitHub and GitLab show beside the code.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(violations: Violations, anyFile: string): object {
  const results = violations.map((one) => ({
    ruleId: one.rule,
    level: one.level === "mandatory" ? "error" : "warning",
    message: { text: `${one.message}. ${one.remedy}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: one.file ?? anyFile } } }],
  }));
  const rules = [...new Set(violations.map(({ rule }) => rule))].map((id) => ({ id }));
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [{ tool: { driver: { name: "dynamo-guard", rules } }, results }],
  };
}
