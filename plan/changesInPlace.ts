/** Changes of a graph in place where a new `revision` would make another beside it: another model, or a runtime of another line. */
import { own } from "../config/own";
import { releaseLineOf } from "../config/runtime/versions";
import type { GraphPlan } from "./graph/graphPlan";
import type { DeployedGraphs } from "./switchover";

/** A change in place, as previews have it among the stack's outputs, where policies find it. */
export interface ChangeInPlace {
  /** Its name in the config, or that of its object. */
  readonly graph: string;
  /** As `DynamoGraphDeployment dynamo/chat`. */
  readonly object: string;
  readonly what: "model" | "runtime";
  /** Names of models, or versions. */
  readonly from: string;
  readonly to: string;
}

/**
 * Changes of graphs that keep their object. Stacks of earlier versions of this program don't tell model and release of
 * their graphs: of these nothing is found.
 * @param runtime the version that is planned
 */
export function changesInPlace(
  runtime: string,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): ChangeInPlace[] {
  return graphs.flatMap(({ name: graph, namespace, source, deployment }): ChangeInPlace[] => {
    const { name } = deployment.metadata;
    const before = own(deployed, graph);
    if (before === undefined || before.deployment !== name) return [];
    const object = `${deployment.kind} ${namespace}/${name}`;
    return [
      ...(before.source !== undefined && before.source !== source
        ? [{ graph, object, what: "model" as const, from: before.source, to: source }]
        : []),
      ...(before.runtime !== undefined && releaseLineOf(before.runtime) !== releaseLineOf(runtime)
        ? [{ graph, object, what: "runtime" as const, from: before.runtime, to: runtime }]
        : []),
    ];
  });
}

/** What comes of a change in place. */
export function describeInPlace({ graph, what, from, to }: ChangeInPlace): string {
  return what === "model"
    ? `graph ${graph} changes its model in place, from ${from} to ${to}: while its pods roll, clients get answers of both or find no worker of theirs`
    : `graph ${graph} goes from runtime ${from} to ${to} in place: while its pods roll, both serve in one graph, and what a new one can't do shows when old ones are gone`;
}

/** The same, with what to do instead. */
export function adviseOnInPlace(changes: readonly ChangeInPlace[], graphs: readonly GraphPlan[]): string[] {
  return changes.map((change) => {
    const i = graphs.findIndex(({ name }) => name === change.graph);
    return `${describeInPlace(change)}; raise dynamo:graphs[${i}].revision in the same change for a new graph beside the old one`;
  });
}
