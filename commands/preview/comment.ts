/** The comment on a pull request: what a stack would become, in GitHub's markdown. */
import { unknownValues } from "../../config/environments";
import { masked } from "../../config/secretTexts";
import { notesOn, stepTable } from "../upgradeCheck/markdown";
import { type BaseVerdict, isAgreed } from "./baseVerdict";
import { changeList, diffs } from "./changesComment";
import type { Comparison } from "./comparison";
import { describePods, describeWay, headline } from "./effectWords";
import { delta, gpuTable } from "./gpuComment";
import { bullets, code, details, fenced, fitting, plainText, table } from "./markdown";
import { describePlatform } from "./platformWords";
import { baseWarning, liftedLimits, policyTable } from "./policyComment";
import type { Preview } from "./previewStack";
import { gpusOfBudget } from "./report";
import { sizingSection } from "./sizingWords";
import { topology } from "./topology";

/** Characters of a comment. GitHub takes 65,536. */
const limit = 60_000;

/** The line by which a workflow finds the comment that it wrote before. */
const marker = (stack: string) => `<!-- dynamo preview of stack ${stack} -->`;

/**
 * The comment for a stack that can be previewed, whether it may be made or not.
 * @param base what the base's policies say. Default: they were not asked
 */
export function comment(
  { summary }: Preview,
  comparison: Comparison | undefined,
  base?: BaseVerdict,
): string {
  const { project, stack, policies, refusals, requirements, warnings, outputs } = summary;
  const refused = [...refusals, ...(comparison?.refusals ?? []), ...(summary.sizing?.refusals ?? [])];
  const before = comparison?.before?.outputs;
  const unknown = unknownValues(summary.environments);
  const good = unknown === undefined && isAgreed(base) ? "✅" : "⚠️";
  const effects = comparison?.effects ?? [];
  const sections = [
    marker(stack),
    `### ${summary.refused || refused.length > 0 ? "❌" : good} ${project}/${stack}: ${title(summary, comparison)}`,
    fitting(
      refused.map((reason) => `> ❌ ${plainText(reason.replace(/^✖ /, ""))}`),
      (count) => `> … and ${count} more`,
    ).join("\n>\n"),
    unknown === undefined ? "" : `> ⚠️ ${plainText(unknown)}`,
    baseWarning(base),
    comparison ? liftedLimits(comparison) : "",
    mode(outputs.discoveryMode, before?.discoveryMode),
    outputs.platform === undefined ? "" : `Platform: ${plainText(describePlatform(outputs.platform))}.`,
    effectTable(effects),
    upgradeTable(stack, summary, comparison),
    steps(summary.switchover),
    orderChange(summary.switchover?.kind, comparison?.before?.switchover?.kind),
    gpuTable(summary, comparison?.before, good),
    sizingSection(summary.sizing),
    policyTable(policies, comparison, base),
    warnings.length > maxWarnings ? "" : warnings.map((warning) => `> ⚠️ ${plainText(warning)}`).join("\n>\n"),
    comparison ? changeList(comparison) : "",
    preflight(summary.preflight),
    comparison ? details("Topology", picture(summary, effects)) : "",
    details(`Needs of the cluster (${requirements.length})`, bullets(requirements.map(plainText))),
    warnings.length > maxWarnings
      ? details(`Warnings (${warnings.length})`, bullets(warnings.map(plainText)))
      : "",
  ].filter((section) => section !== "");
  const text = sections.join("\n\n");
  return `${text}\n\n${diffs(comparison?.changes ?? [], limit - text.length - 500)}`.trimEnd();
}

/** Warnings that are read without being unfolded. */
const maxWarnings = 3;

/** What matters most, and the GPUs. */
function title({ outputs }: Preview["summary"], comparison: Comparison | undefined): string {
  const before = comparison?.before?.outputs;
  const mode =
    before && before.discoveryMode !== outputs.discoveryMode
      ? { from: before.discoveryMode, to: outputs.discoveryMode }
      : undefined;
  const main = comparison?.before && headline(comparison.effects, mode);
  const gpus = `${gpusOfBudget(outputs.gpus)}${delta(outputs.gpus.total, before?.gpus.total)}`;
  return main === undefined ? gpus : `${plainText(main)}; ${gpus}`;
}

function effectTable(effects: Comparison["effects"]): string {
  const rows = effects.map((effect) =>
    [effect.graph, describeWay(effect), describePods(effect)].map(plainText),
  );
  return rows.length === 0 ? "" : table(["graph", "what happens", "pods"], ["---", "---", "---"], rows);
}

/** Steps of an upgrade of Dynamo that the change begins. */
function upgradeTable(
  stack: string,
  { outputs }: Preview["summary"],
  comparison: Comparison | undefined,
): string {
  const steps = comparison?.upgrade ?? [];
  return steps.length === 0
    ? ""
    : [
        "**Upgrade of Dynamo**, the platform before the runtime:",
        stepTable(steps),
        ...notesOn(steps),
        `What each step changes and needs, in a checkout of the base: ${code(`npm run upgrade-check -- --stack ${stack} --to ${outputs.runtime}`)}`,
      ].join("\n\n");
}

function picture(summary: Preview["summary"], effects: Comparison["effects"]): string {
  const source = topology(summary, effects);
  return source === "" ? "" : fenced("mermaid", source);
}

/** The comment for a stack whose config can't be used. */
export function failureComment(stack: string, message: string): string {
  return [
    marker(stack),
    `### ❌ ${stack}: can't be previewed`,
    fenced("", masked(message).slice(0, limit - 500)),
  ].join("\n\n");
}

type Switchover = Preview["summary"]["switchover"];

function mode(now: string, before: string | undefined): string {
  const earlier = before === undefined || before === now ? "" : `${code(before)} → `;
  return `Discovery mode ${earlier}${code(now)}.`;
}

/** What the cluster is not ready for, and what is not known of it. */
function preflight(findings: Preview["summary"]["preflight"] = []): string {
  const rows = findings
    .filter(({ state }) => state !== "passed")
    .map(({ state, check, subject, found, remedy = "" }) =>
      [state === "failed" ? "❌" : "❔", `${check}, ${subject}`, found, remedy].map(plainText),
    );
  return rows.length === 0
    ? ""
    : table(["", "preflight", "found", "remedy"], ["---", "---", "---", "---"], rows);
}

/** Steps of the graphs' replacement; empty where none is replaced. */
/** What a change of the order of replacements means, which no object shows. */
function orderChange(now: keyof typeof orders | undefined, before: string | undefined): string {
  return now === undefined || before === undefined || now === before
    ? ""
    : `Replacements from now on: **${now}** (before: ${code(before)}), by which ${orders[now]}.`;
}

const orders = {
  "blue-green": "the new graph is Ready before the old one goes, and both take their GPUs",
  recreate: "the old graph goes first, and nothing answers until the new one is Ready",
};

function steps(switchover: Switchover): string {
  if (!switchover || switchover.steps.length === 0) return "";
  const list = switchover.steps.map((step, i) => `${i + 1}. ${plainText(step)}`);
  return [`**Switchover**: ${switchover.kind}`, "", ...fitting(list, (count) => `… and ${count} more`)].join(
    "\n",
  );
}
