/** What another tool proposes, in words. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import { countOf } from "../../preflight/finding";
import { bullets, plainText } from "./markdown";
import type { Sizing } from "./sizing";

/** Lines on it: the first says what it takes. */
function linesOn({ file, graphs, replaces, gpus, total, costPerDay }: Sizing): string[] {
  const place = replaces.length > 0 ? `in the place of ${replaces.join(", ")}` : "beside all that it has";
  const cost =
    costPerDay === undefined ? "" : `, ${costPerDay.amount.toFixed(2)} ${costPerDay.currency} a day`;
  return [
    `${file}: ${countOf(gpus, "GPU")}${cost}; ${place} the stack would take ${total}`,
    ...graphs.map(
      ({ object, models, gpus }) =>
        `${object}: ${countOf(gpus, "GPU")} for ${models.join(", ") || "a model that is not known"}`,
    ),
  ];
}

/** For a terminal, with why the stack has no room for it. */
export function describeSizing(sizing: Sizing | undefined): string {
  if (sizing === undefined) return "";
  const [what = "", ...graphs] = linesOn(sizing).map((line) => printable(line));
  return [
    `sizing of ${what}`,
    ...graphs,
    ...sizing.warnings.map((warning) => `${pc.yellow("warning:")} ${printable(warning)}`),
    ...sizing.refusals.map((reason) => `${pc.red("✖")} ${printable(reason)}`),
  ].join("\n");
}

/** For a comment, which begins with why the stack has no room for it. */
export function sizingSection(sizing: Sizing | undefined): string {
  if (sizing === undefined) return "";
  const [what = "", ...graphs] = linesOn(sizing);
  const warnings = sizing.warnings.map((warning) => `⚠️ ${warning}`);
  return `**Sizing** of ${plainText(what)}\n\n${bullets([...graphs, ...warnings].map(plainText))}`;
}
