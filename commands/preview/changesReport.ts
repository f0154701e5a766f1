/** What a preview changes of an earlier one, as people read it in a terminal. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import type { Comparison } from "./comparison";
import { describePods, describeWay } from "./effectWords";
import { settingText } from "./policyChanges";

const signs = { create: pc.green("+"), update: pc.yellow("~"), replace: pc.yellow("±"), delete: pc.red("-") };

export function describeChanges({
  before,
  changes,
  unchanged,
  effects,
  refusals,
  policies,
}: Comparison): string {
  return [
    `${before ? "changes" : "new stack"}: ${changes.length}, and ${unchanged} objects stay as they are`,
    ...effects.map(
      (effect) =>
        `${printable(effect.graph)}: ${[describeWay(effect), describePods(effect)]
          .filter(Boolean)
          .map((text) => printable(text))
          .join("; ")}`,
    ),
    ...changes.map(({ operation, object }) => `${signs[operation]} ${operation} ${printable(object)}`),
    ...refusals.map((reason) => pc.red(printable(reason))),
    ...policies.map(
      ({ rule, setting, before, after }) =>
        `${pc.yellow("policy")} ${rule}: ${printable(`${setting} ${settingText(before)} → ${settingText(after)}`)}`,
    ),
  ].join("\n");
}
