/** What an import did, for people and for machines. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import type { Import } from "./importGraphs";
import { describe, type ImportedGraph } from "./result";

/** The report for people. */
export function describeImport({ graphs, beside, notes }: Import, secrets: readonly string[]): string {
  return [
    ...graphs.flatMap(describeGraph),
    ...section("make before `pulumi up`", secrets),
    ...section("not of the stack: apply it before, as you do today", beside),
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

function describeGraph({ name, renamed, changes, leftOut, harmless }: ImportedGraph): string[] {
  const changed = changes.flatMap(({ differences }) => differences);
  const verdict = leftOut.length > 0 ? pc.yellow(`${leftOut.length} left out`) : pc.green("nothing left out");
  return [
    pc.bold(
      `graph ${name}: ${verdict}, ${changed.length} by transform, ${harmless.length} that don't matter`,
    ),
    ...section(
      "names that change",
      renamed.map(([from, to]) => `${from} → ${to}`),
    ),
    ...section(
      "left out",
      leftOut.map(({ component, what, why }) => `${pc.red("✖")} ${component ?? ""}: ${what} (${why})`),
    ),
    ...section(
      "by transform",
      changed.map((one) => `${one.of.name}: ${describe(one)}`),
    ),
    ...section(
      "other than in the file, and it doesn't matter",
      harmless.map((one) => `${one.of.name}: ${describe(one)} (${one.why})`),
    ),
  ];
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${printable(line, 500)}`)];

/** The report for machines. */
export function toReport(
  { graphs, beside, notes }: Import,
  secrets: readonly string[],
  stack: string,
): object {
  return {
    graphs: graphs.map(({ name, renamed, changes, leftOut, harmless }) => ({
      name,
      lossless: leftOut.length === 0,
      renamed: renamed.map(([from, to]) => ({ from, to })),
      transformed: changes.flatMap(({ differences }) =>
        differences.map((one) => ({ component: one.of.name, what: describe(one) })),
      ),
      leftOut: leftOut.map(({ component, what, why }) => ({ component, what, why })),
      harmless: harmless.map((one) => ({ component: one.of.name, what: describe(one), why: one.why })),
    })),
    secrets,
    beside,
    notes,
    stack,
  };
}
