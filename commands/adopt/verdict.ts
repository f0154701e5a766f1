/** Whether a stack can have a graph as it runs, and what would come of it. */
import { keptFields } from "../../config/adopted";
import { some } from "../../config/printable";
import type { StackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { UserError } from "../cli/userError";
import type { Connection } from "../stack/connection";
import { podsOfOtherMode } from "../stack/podDiscovery";
import { podName } from "../verify/graphPods";
import { type FieldChange, fieldChanges } from "./fieldChanges";
import { type LiveGraph, tryOut } from "./graphsInCluster";
import { type Holder, holdersOf } from "./holders";

/** What is found of a graph that a stack is to have. */
export interface Verdict {
  readonly graph: LiveGraph;
  /** Its place among dynamo:graphs. */
  readonly index: number;
  readonly holders: readonly Holder[];
  /** What the next update would change of it, but for whose it is. */
  readonly changes: readonly FieldChange[];
  /** Fields that the stack has as they run, whatever its settings say. */
  readonly kept: number;
}

/**
 * Tries out what an update would make of a graph.
 * @param index of it among dynamo:graphs
 * @throws UserError where the stack, or the API server, would refuse the update
 */
export async function judge(
  connection: Connection,
  config: StackConfig,
  index: number,
  graph: LiveGraph,
  owner: string,
): Promise<Verdict> {
  const { graphs, refusals, runtime } = planStack(config);
  const [refusal] = refusals;
  if (refusal !== undefined)
    throw new UserError(`the stack can't be made, and so adopts nothing: ${refusal}`);
  const { manifest, hasRelease, namespace, name, pods } = graph;
  const otherMode = podsOfOtherMode(pods, runtime);
  if (otherMode.length > 0)
    throw new UserError(
      `the pods of ${namespace}/${name} find each other otherwise than the stack's would, by their DYN_DISCOVERY_BACKEND (${some(otherMode.map(podName))}): write the stack's file by \`npm run import\`, with their mode (dynamo:discovery.mode)`,
    );
  const { deployment } = graphs[index] ?? {};
  const updated = deployment ? await tryOut(connection, deployment, owner) : manifest;
  return {
    graph,
    index,
    holders: holdersOf(manifest, owner, hasRelease),
    changes: fieldChanges(manifest, updated, runtime.workersRollTogether),
    kept: keptFields(config.graphs[index]?.adopted ?? { patch: [] }),
  };
}

/** Fields that differ although pods would start anew by them. */
export const restarting = ({ changes }: Verdict) => changes.filter(({ restarts }) => restarts.length > 0);
