/** An upgrade in GitHub's markdown: whole, and as the lines of a preview's comment. */
import { bullets, details, fenced, plainText, table } from "../preview/markdown";
import { clean, describeFrom, graphLines, peakInWords, podsInWords } from "./report";
import type { StepVerdict, UpgradeStep } from "./step";
import type { Upgrade } from "./upgradeSteps";

const marks: Readonly<Record<StepVerdict, string>> = { safe: "✅", "by hand": "✍️", blocked: "❌" };

export function upgradeComment(stack: string, upgrade: Upgrade): string {
  const { steps, notes } = upgrade;
  return [
    `### ${plainText(stack)}: ${plainText(describeFrom(upgrade))}`,
    ...notes.map((note) => `> ⚠️ ${plainText(note)}`),
    stepTable(steps),
    ...steps.map(stepDetails),
  ].join("\n\n");
}

/** A line for each step, with its verdict and the GPUs that it needs. */
export function stepTable(steps: readonly UpgradeStep[]): string {
  const rows = steps.map(({ what, from, to, verdict, pods }) => [
    `${marks[verdict]} ${what}`,
    plainText(`${from} → ${to}`),
    verdict,
    pods ? podsInWords(pods) : "",
    pods ? peakInWords(pods) : "",
  ]);
  return table(
    ["step", "release", "verdict", "pods", "GPUs at the peak"],
    ["---", "---", "---", "---", "---"],
    rows,
  );
}

/** Why steps are blocked, and what to know of the pods that roll, a line each. */
export function notesOn(steps: readonly UpgradeStep[]): string[] {
  return steps.flatMap(({ what, to, reasons, changes }) => {
    const line = (mark: string) => (text: string) =>
      `> ${mark} ${plainText(`${what} ${to}: ${clean(text)}`)}`;
    return [...reasons.map(line("❌")), ...(what === "runtime" ? changes.map(line("⚠️")) : [])];
  });
}

function stepDetails(step: UpgradeStep): string {
  const { what, from, to, changes, todo, reasons } = step;
  const parts = [
    ...(reasons.length > 0 ? [bullets(reasons.map((reason) => `❌ ${plainText(reason)}`))] : []),
    bullets([...graphLines(step), ...changes].map((change) => plainText(clean(change)))),
    ...(todo.length > 0 ? [fenced("", todo.map(clean).join("\n"))] : []),
  ];
  return details(plainText(`${what} ${from} → ${to}`), parts.filter(Boolean).join("\n\n"));
}
