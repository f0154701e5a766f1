/** The comment on a pull request: what a stack would become, in GitHub's markdown. */
import { unknownValues } from "../../config/environments";
import { gpuHoursPerDay } from "../../gpus/arithmetic";
import { type BaseVerdict, isAgreed } from "./baseVerdict";
import type { Comparison, ObjectChange } from "./comparison";
import { bullets, code, details, fenced, fitting, plainText, table } from "./markdown";
import { baseWarning, liftedLimits, policyTable } from "./policyComment";
import type { AppliedRules } from "./policySettings";
import type { Preview } from "./previewStack";
import { gpusOfBudget } from "./report";

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
  const refused = [...refusals, ...(comparison?.refusals ?? [])];
  const before = comparison?.before?.outputs;
  const unknown = unknownValues(summary.environments);
  const good = unknown === undefined && isAgreed(base) ? "✅" : "⚠️";
  const sections = [
    marker(stack),
    `### ${summary.refused || refused.length > 0 ? "❌" : good} ${project}/${stack}: ${gpusOfBudget(outputs.gpus)}${delta(outputs.gpus.total, before?.gpus.total)}`,
    fitting(
      refused.map((reason) => `> ❌ ${plainText(reason.replace(/^✖ /, ""))}`),
      (count) => `> … and ${count} more`,
    ).join("\n>\n"),
    unknown === undefined ? "" : `> ⚠️ ${plainText(unknown)}`,
    baseWarning(base),
    comparison ? liftedLimits(comparison) : "",
    mode(outputs.discoveryMode, before?.discoveryMode),
    steps(summary.switchover),
    gpuTable(summary, comparison?.before, good),
    policyTable(policies, comparison, base),
    comparison ? changeList(comparison) : "",
    preflight(summary.preflight),
    details(`Needs of the cluster (${requirements.length})`, bullets(requirements.map(plainText))),
    details(`Warnings (${warnings.length})`, bullets(warnings.map(plainText))),
  ].filter((section) => section !== "");
  const text = sections.join("\n\n");
  return `${text}\n\n${diffs(comparison?.changes ?? [], limit - text.length - 500)}`.trimEnd();
}

/** The comment for a stack whose config can't be used. */
export function failureComment(stack: string, message: string): string {
  return [
    marker(stack),
    `### ❌ ${stack}: can't be previewed`,
    fenced("", message.slice(0, limit - 500)),
  ].join("\n\n");
}

type Gpus = Preview["summary"]["outputs"]["gpus"];
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
function steps(switchover: Switchover): string {
  if (!switchover || switchover.steps.length === 0) return "";
  const list = switchover.steps.map((step, i) => `${i + 1}. ${plainText(step)}`);
  return [`**Switchover**: ${switchover.kind}`, "", ...fitting(list, (count) => `… and ${count} more`)].join(
    "\n",
  );
}

function gpuTable(
  { outputs, policies, switchover }: Preview["summary"],
  earlier: Comparison["before"],
  good: string,
): string {
  const verdict = budgetVerdict(good);
  const [now, before] = [outputs.gpus, earlier?.outputs?.gpus];
  const graphs = new Set([...Object.keys(before?.byGraph ?? {}), ...Object.keys(now.byGraph)]);
  const count = (gpus: number | undefined) => (gpus === undefined ? "" : String(gpus));
  const rows = [...graphs].map((graph) => [
    plainText(graph),
    count(before?.byGraph[graph]),
    count(now.byGraph[graph]),
    delta(now.byGraph[graph] ?? 0, before ? (before.byGraph[graph] ?? 0) : undefined).trim(),
  ]);
  rows.push(["**GPUs**", count(before?.total), `**${now.total}**`, delta(now.total, before?.total).trim()]);
  if (now.budget !== undefined || before?.budget !== undefined)
    rows.push(["budget of the config", count(before?.budget), count(now.budget), verdict(now)]);
  const [guard, guardBefore] = [policyBudget(policies.rules), policyBudget(earlier?.policies?.rules ?? {})];
  if (guard !== undefined || guardBefore !== undefined)
    rows.push([
      "budget of the policies",
      count(guardBefore),
      count(guard),
      verdict({ ...now, budget: guard }),
    ]);
  if (switchover && switchover.steps.length > 0)
    rows.push(["GPUs at its peak", "", count(switchover.peak), verdict({ ...now, total: switchover.peak })]);
  const hoursBefore = before && gpuHoursPerDay(before.total);
  rows.push([
    "GPU-hours a day",
    count(hoursBefore),
    count(now.hoursPerDay),
    delta(now.hoursPerDay, hoursBefore).trim(),
  ]);
  if (now.costPerDay) {
    const { amount, currency } = now.costPerDay;
    const earlier = before?.costPerDay?.currency === currency ? before.costPerDay.amount : undefined;
    rows.push([
      `${currency} a day`,
      earlier?.toFixed(2) ?? "",
      amount.toFixed(2),
      delta(amount, earlier, 2).trim(),
    ]);
  }
  return table(["", "before", "after", ""], ["---", "---:", "---:", "---"], rows);
}

/** Maximum of GPUs that the policies allow. */
function policyBudget({ "gpu-budget": rule }: AppliedRules): number | undefined {
  const gpus = rule?.level === "disabled" ? undefined : rule?.settings.gpus;
  return typeof gpus === "number" ? gpus : undefined;
}

const budgetVerdict =
  (good: string) =>
  ({ total, budget }: Gpus): string => {
    if (budget === undefined) return "";
    return total > budget ? `❌ over by ${total - budget}` : `${good} ${budget - total} left`;
  };

/** " (+24)", or nothing where nothing changed or there was nothing before. */
function delta(now: number, before: number | undefined, digits = 0): string {
  if (before === undefined || now === before) return "";
  const difference = now - before;
  return ` (${difference > 0 ? "+" : "−"}${Math.abs(difference).toFixed(digits)})`;
}

const signs: Readonly<Record<ObjectChange["operation"], string>> = {
  create: "➕",
  update: "✏️",
  replace: "♻️",
  delete: "➖",
};

function changeList({ before, changes, unchanged }: Comparison): string {
  if (changes.length === 0) return "**Changes**: none";
  const counts = (Object.keys(signs) as ObjectChange["operation"][])
    .map(
      (operation) => [changes.filter((change) => change.operation === operation).length, operation] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, operation]) => `${count} to ${operation}`);
  const heading = `**Changes**${before ? "" : ", compared with nothing"}: ${counts.join(", ")}, ${unchanged} as they are`;
  const lines = changes.map(({ operation, object }) => `${signs[operation]} ${operation} ${code(object)}`);
  return `${heading}\n\n${lines.length > 20 ? details("all of them", bullets(lines)) : bullets(lines)}`;
}

/** Diffs of manifests, as many as fit. */
function diffs(changes: readonly ObjectChange[], room: number): string {
  const shown: string[] = [];
  let left = room;
  for (const { object, diff } of changes) {
    const block = `${code(object)}\n\n${fenced("diff", diff.trim())}`;
    left -= block.length + 2;
    if (left < 0) break;
    shown.push(block);
  }
  const hidden = changes.length - shown.length;
  if (hidden > 0)
    shown.push(`${hidden} more are too long for a comment: they are in the workflow's artifact.`);
  return details("Manifests", shown.join("\n\n"));
}
