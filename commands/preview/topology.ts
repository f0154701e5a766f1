/** A picture of a stack's graphs, as GitHub draws mermaid, with what changes marked. */
import { printable } from "../../config/printable";
import type { GraphEffect, Way } from "./effects";
import type { Summary } from "./summary";

/** Graphs that a picture has room for. Those that change come first. */
const maxGraphs = 8;

const classes: Readonly<Record<Way | "changes" | "same", string>> = {
  new: "added",
  beside: "added",
  recreated: "added",
  goes: "gone",
  "in place": "same",
  changes: "changes",
  same: "same",
};

/** Mermaid's source; empty where there are no graphs. */
export function topology({ outputs }: Pick<Summary, "outputs">, effects: readonly GraphEffect[]): string {
  const all = [...new Set([...effects.map(({ graph }) => graph), ...Object.keys(outputs.graphs)])];
  if (all.length === 0) return "";
  const shown = all.slice(0, maxGraphs);
  const servers = outputs.servers.map(({ server, members }) =>
    node(`server_${server}`, `${server}${members ? ` ×${members.replicas}` : ""}`, "same"),
  );
  return [
    "flowchart LR",
    "  clients([clients])",
    ...shown.flatMap((graph, i) => graphLines(graph, `g${i}`, outputs, effects)),
    ...servers,
    ...(all.length > shown.length ? [`  more["and ${all.length - shown.length} graphs more"]`] : []),
    "  classDef added fill:#2da44e,color:#ffffff",
    "  classDef gone fill:#cf222e,color:#ffffff,stroke-dasharray: 4",
    "  classDef changes fill:#bf8700,color:#ffffff",
    "  classDef same fill:#eaeef2,color:#1f2328",
  ].join("\n");
}

function graphLines(
  graph: string,
  id: string,
  outputs: Summary["outputs"],
  effects: readonly GraphEffect[],
): string[] {
  const effect = effects.find((one) => one.graph === graph);
  const components = outputs.services.filter((one) => one.graph === graph);
  if (components.length === 0) return [node(id, graph, classes.goes)];
  const classOf = (component: string) => {
    if (effect?.way !== "in place") return classes[effect?.way ?? "same"];
    const { starts, scales } = effect;
    return [...starts, ...scales].some((one) => one.component === component) ? classes.changes : classes.same;
  };
  const nodes = components.map(({ component, replicas, gpus }, i) => ({
    id: `${id}_${i}`,
    line: node(
      `${id}_${i}`,
      `${component} ×${replicas}${gpus > 0 ? `<br>${gpus} GPUs` : ""}`,
      classOf(component),
    ),
  }));
  const isFrontend = (i: number) => ["frontend", "epp"].includes(components[i]?.type ?? "");
  const frontend = nodes.find((_, i) => isFrontend(i));
  const links = nodes.flatMap((one, i) => {
    if (isFrontend(i)) return [`  clients --> ${one.id}`];
    return frontend && components[i]?.type !== "planner" ? [`  ${frontend.id} --> ${one.id}`] : [];
  });
  return [`  subgraph ${id}["${label(graph)}"]`, ...nodes.map(({ line }) => `  ${line}`), "  end", ...links];
}

const node = (id: string, text: string, kind: string) => `  ${id}["${label(text)}"]:::${kind}`;

/** Text that ends no label. */
const label = (text: string) =>
  printable(text)
    .replaceAll(/["`#;]/g, "")
    .replaceAll("[", "(")
    .replaceAll("]", ")");
