import { printable } from "../config/printable";
import type { AfterLoss, ComponentAfter } from "./loseNode";
import { placementTable } from "./placementTable";

/** What came of the loss of a node or a zone, as text: which graphs serve on, and what runs where. */
export function describeAfterLoss({ lost, held, components, placement }: AfterLoss): string {
  const graphs = [...new Set(components.map(({ graph }) => graph))].sort();
  return [
    `without ${printable(lost)}:`,
    ...graphs.map((graph) => describeGraph(graph, components)),
    ...held.map((pod) => `${printable(pod)} was held by its PodDisruptionBudget until the node was gone`),
    "",
    placementTable(placement),
  ].join("\n");
}

function describeGraph(graph: string, all: readonly ComponentAfter[]): string {
  const own = all.filter((one) => one.graph === graph);
  const isWhole = own.every(({ before, after }) => after >= before);
  const serves = own.every(({ after }) => after > 0);
  const counts = own.map(({ component, before, after }) => `${component} ${after} of ${before}`).join(", ");
  return printable(
    `${graph}: ${isWhole ? "is whole again" : serves ? "serves on with less" : "does not serve"} (${counts})`,
  );
}
