import Table from "cli-table3";
import { printable } from "../config/printable";
import type { PlacedNode, PlacedPod, Placement, WaitingPod } from "./placement";

const reasonWidth = 70;

/**
 * The placement as text: the pods on each node, and those that don't run, with the reason. Nodes with equal content share a row, and so do pods of one
 * owner that wait for the same reason.
 */
export function placementTable(placement: Placement): string {
  return [runsWhere(placement.nodes), doesNotRun(placement.waiting)].join("\n\n");
}

function runsWhere(nodes: readonly PlacedNode[]): string {
  const table = tableOf(["node", "GPUs", "pods"]);
  const content = (node: PlacedNode) => [
    `${node.gpus.used} of ${node.gpus.allocatable}`,
    describePods(node.pods),
  ];
  for (const [, alike] of groupBy(nodes, (node) => content(node).join("\n"))) {
    table.push([namesOf(alike), ...content(alike[0])]);
  }
  const sum = (of: (node: PlacedNode) => number) => nodes.reduce((total, node) => total + of(node), 0);
  const used = sum(({ gpus }) => gpus.used);
  const allocatable = sum(({ gpus }) => gpus.allocatable);
  return `${used} of ${allocatable} GPUs on ${nodes.length} nodes are in use\n${table}`;
}

function doesNotRun(waiting: readonly WaitingPod[]): string {
  if (waiting.length === 0) return "Every pod runs";
  const table = tableOf(["does not run", "GPUs", "why"], [null, null, reasonWidth]);
  for (const [, alike] of groupBy(waiting, (pod) => `${describePod(pod)}\n${pod.reason}`)) {
    const gpus = alike.reduce((total, pod) => total + pod.gpus, 0);
    table.push([describePods(alike), String(gpus), printable(alike[0].reason)]);
  }
  return `${waiting.length === 1 ? "1 pod does" : `${waiting.length} pods do`} not run\n${table}`;
}

function tableOf(head: string[], colWidths: (number | null)[] = []) {
  return new Table({ head, colWidths, wordWrap: true, style: { head: [], border: [] } });
}

function namesOf(nodes: readonly PlacedNode[]): string {
  const names = nodes.map(({ name }) => name);
  return names.length <= 3 ? names.join("\n") : `${names[0]} … ${names.at(-1)}\n(${names.length} nodes)`;
}

function describePods(pods: readonly PlacedPod[]): string {
  return [...groupBy(pods, describePod)].map(([owner, alike]) => `${alike.length} × ${owner}`).join("\n");
}

function describePod({ namespace, graph, component, workload, gpus }: PlacedPod): string {
  const owner = graph ? `${graph} ${component ?? workload}` : workload;
  return `${namespace}/${owner}${gpus > 0 ? ` (${gpus} GPU${gpus > 1 ? "s" : ""} each)` : ""}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
