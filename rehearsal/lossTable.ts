import { printable, some } from "../config/printable";
import type { DrainedNode } from "./drainNodes";
import type { AfterLoss, ComponentAfter } from "./loseNode";
import { placementTable } from "./placementTable";

/** What came of the loss of a node or a zone, as text: which graphs serve on, and what runs where. */
export function describeAfterLoss({ lost, held, components, placement }: AfterLoss): string {
  return [
    `without ${printable(lost)}:`,
    ...describeGraphs(components),
    ...held.map((pod) => `${printable(pod)} was held by its PodDisruptionBudget until the node was gone`),
    "",
    placementTable(placement),
  ].join("\n");
}

/** What came of drains of nodes, as text: how many took nothing, and of the others what they wait for and what served meanwhile. */
export function describeDrains(drained: readonly DrainedNode[]): string {
  const tookNothing = ({ held, waiting, components }: DrainedNode) =>
    held.length + waiting.length === 0 && components.every(({ before, after }) => after >= before);
  const others = drained.filter((one) => !tookNothing(one));
  return [
    `${drained.length - others.length} of ${drained.length} nodes were drained with every graph whole again`,
    ...others.flatMap(({ node, held, waiting, components }) => [
      `while ${printable(node)} is drained:`,
      ...describeGraphs(components),
      ...(waiting.length > 0 ? [`${some(waiting)} find no other node`] : []),
      ...(held.length > 0 ? [`the drain waits for ${some(held)}, which a PodDisruptionBudget holds`] : []),
    ]),
  ].join("\n");
}

function describeGraphs(components: readonly ComponentAfter[]): string[] {
  const graphs = [...new Set(components.map(({ graph }) => graph))].sort();
  return graphs.map((graph) => describeGraph(graph, components));
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
