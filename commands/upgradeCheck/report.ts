/** An upgrade as people read it in a terminal: a table of its steps, and what each changes and needs. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import { masked } from "../../config/secretTexts";
import { countOf } from "../../preflight/finding";
import { compactTable } from "../preview/compactTable";
import { describePods, describeWay } from "../preview/effectWords";
import type { StepPods, StepVerdict, UpgradeStep } from "./step";
import type { Upgrade } from "./upgradeSteps";

export const isBlocked = ({ verdict }: Pick<UpgradeStep, "verdict">) => verdict === "blocked";

const colours: Readonly<Record<StepVerdict, (text: string) => string>> = {
  safe: pc.green,
  "by hand": pc.yellow,
  blocked: pc.red,
};

export function describeUpgrade(stack: string, upgrade: Upgrade): string {
  const { steps, notes } = upgrade;
  if (steps.length === 0) return `${pc.bold(stack)}: ${describeFrom(upgrade)}: nothing is to be done`;
  const rows = steps.map(({ what, from, to, verdict, pods }, i) => [
    i + 1,
    what,
    from,
    to,
    colours[verdict](verdict),
    pods ? podsInWords(pods) : "",
    pods ? peakInWords(pods) : "",
  ]);
  return [
    `${pc.bold(stack)}: ${describeFrom(upgrade)}`,
    ...notes.map((note) => `${pc.yellow("warning:")} ${printable(note)}`),
    compactTable(
      {
        head: ["", "step", "from", "to", "verdict", "pods", "GPUs at the peak"],
        colAligns: ["right", "left", "left", "left", "left", "left", "left"],
      },
      rows,
    ),
    ...steps.map(describeStep),
  ].join("\n");
}

/** "Dynamo 1.3.1 → 1.6.1, the platform of 1.3". */
export function describeFrom({ from, to, platform: { releaseLine, taken } }: Upgrade): string {
  const of = taken === undefined ? "" : ` (taken for the runtime's: ${printable(taken)})`;
  return `Dynamo ${from} → ${to}, the platform of ${releaseLine}${of}`;
}

/** "12 pods with 64 GPUs". */
export function podsInWords({ pods, gpus }: StepPods): string {
  return `${countOf(pods, "pod")}${gpus > 0 ? ` with ${countOf(gpus, "GPU")}` : ""}`;
}

/** "80 of 96", or "80" where no limit is known. */
export const peakInWords = ({ peak, limit }: StepPods) =>
  limit === undefined ? String(peak) : `${peak} of ${limit}`;

/** What happens to each graph, in words. */
export function graphLines({ pods }: UpgradeStep): string[] {
  return (pods?.effects ?? []).map((effect) =>
    [`graph ${effect.graph}: ${describeWay(effect)}`, describePods(effect)].filter(Boolean).join("; "),
  );
}

/** Text of manifests may have a secret in it, though none should. */
export const clean = (text: string) => printable(masked(text));

function describeStep(step: UpgradeStep, i: number): string {
  const { what, from, to, verdict, changes, todo, reasons } = step;
  return [
    `\n${pc.bold(`${i + 1}. ${what} ${from} → ${to}`)}: ${colours[verdict](verdict)}`,
    ...reasons.map((reason) => `   ${pc.red("✖")} ${clean(reason)}`),
    ...[...graphLines(step), ...changes].map((change) => `   - ${clean(change)}`),
    ...todo.map((line) => `   ${pc.cyan("→")} ${clean(line)}`),
  ].join("\n");
}
