/** What the check found, in the formats of reviews. */
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { printable } from "../../config/printable";
import { countOf } from "../../preflight/finding";
import { plainText, table } from "../preview/markdown";
import { noFile } from "../preview/policySettings";
import type { Verdict } from "./verdict";

type Violations = Verdict["violations"];

/** The verdict for a terminal, and by which settings it is. */
export function describeVerdict({ violations, settings = noFile, gpus }: Verdict): string {
  return [...describe(violations), total({ violations, settings, gpus })].join("\n");
}

function total({ violations, settings = noFile, gpus }: Verdict): string {
  const count = violations.length === 1 ? "1 violation" : `${violations.length || "no"} violations`;
  return `${countOf(gpus, "GPU")}, ${count} (${settings})`;
}

const describe = (violations: Violations) =>
  violations.map((one) => {
    const mark = one.level === "mandatory" ? "✖" : "⚠";
    const where = one.file === undefined ? "" : `${printable(one.file)}: `;
    return `${mark} ${where}${one.rule} (${one.level}): ${printable(one.message)}\n  → ${one.remedy}`;
  });

/** A table, if there are violations, and the total. */
export function markdownOf(verdict: Verdict): string {
  const rows = verdict.violations.map((one) => [
    one.rule,
    one.level,
    plainText(one.file ?? ""),
    plainText(one.message),
  ]);
  const found = table(["rule", "level", "file", "violation"], ["---", "---", "---", "---"], rows);
  return [...(rows.length === 0 ? [] : [found, ""]), plainText(total(verdict))].join("\n");
}

/**
 * The log that GitHub and GitLab show beside the code.
 * @param anyPath what was looked at: the place of what all objects together violate
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(violations: Violations, anyPath: string): object {
  const results = violations.map((one) => ({
    ruleId: one.rule,
    level: one.level === "mandatory" ? "error" : "warning",
    message: { text: `${one.message}. ${one.remedy}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(one.file ?? anyPath) } } }],
  }));
  const rules = [...new Set(violations.map(({ rule }) => rule))].map((id) => ({ id }));
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [{ tool: { driver: { name: "dynamo-guard", rules } }, results }],
  };
}

/** From the folder of the repository, which reviews take it to be, where the file is below that. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), file);
  return /^\.\.(\/|$)/.test(path) ? pathToFileURL(file).href : encodeURI(path || ".");
}
