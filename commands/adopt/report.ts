/** What is found of graphs that a stack is to have, in words. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import { at } from "../../gpus/manifest";
import { countOf } from "../../preflight/finding";
import { startedPods } from "../preview/effects";
import type { FieldChange } from "./fieldChanges";
import type { LiveGraph } from "./graphsInCluster";
import type { Verdict } from "./verdict";

/** The report on a graph. */
export function describeVerdict({ graph, holders, changes, kept, index }: Verdict): string {
  const { namespace, name, manifest, pods } = graph;
  const generation = String(at(manifest, "metadata", "generation"));
  return [
    pc.bold(
      `DynamoGraphDeployment ${namespace}/${name}, generation ${generation}, ${countOf(pods.length, "pod")}`,
    ),
    ...section(
      "held by",
      holders.map(
        ({ who, by, remedy, mustLetGo }) =>
          `${mustLetGo ? pc.red("✖") : "-"} ${who} (${by}): ${mustLetGo ? "first " : ""}${remedy}`,
      ),
    ),
    ...section(
      "the next update would change",
      changes.length > 0
        ? changes.map((change) => describeChange(change, graph))
        : ["its label and Pulumi's own annotations, and nothing else: no pod starts anew"],
    ),
    ...section(
      "in the stack",
      kept > 0
        ? [
            `${countOf(kept, "field")} as they run, whatever the settings say: dynamo:graphs[${index}].adopted.patch`,
          ]
        : [],
    ),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${printable(line, 1_000)}`)];

/** A field, and what its change costs. */
function describeChange({ field, from, to, restarts }: FieldChange, { manifest }: LiveGraph): string {
  const change = `${field}: ${shown(from)} → ${shown(to)}`;
  return restarts.length === 0
    ? `- ${change}: ${field.endsWith(".replicas") ? "pods come or go" : "no pod starts anew"}`
    : `${pc.red("✖")} ${change}: starts anew ${restarts.map((component) => podsOf(component, manifest)).join(", ")}`;
}

const shown = (value: unknown) =>
  value === undefined ? "nothing" : printable(typeof value === "string" ? value : JSON.stringify(value), 120);

/** The pods of a component, and their GPUs: what loads anew, and serves nothing meanwhile. */
export function podsOf(component: string, graph: unknown): string {
  const all = startedPods(graph).filter((started) => started.component === component);
  const sum = (of: "pods" | "gpus") => all.reduce((sum, started) => sum + started[of], 0);
  const gpus = sum("gpus");
  return `${countOf(sum("pods"), "pod")} of ${component}${gpus > 0 ? ` with ${countOf(gpus, "GPU")}` : ""}`;
}

/** What is to be done when the graphs have their label. @param written the stack's file, where it is new */
export function describeNext(stack: string, graphs: string, written: string | undefined): string {
  const commands = [
    ...(written === undefined ? [] : [`pulumi stack init ${stack}`]),
    `pulumi preview --stack ${stack}`,
    `pulumi up --stack ${stack}`,
  ];
  const done = `${written === undefined ? "" : `${written} is written. `}The label of stack ${stack} is on ${graphs}.`;
  return `${done} Next:\n\n${commands.map((line) => `  ${line}`).join("\n")}`;
}
