import type { Runtime } from "../../config/runtime/runtime";
import type { GraphPlan } from "../graph/graphPlan";
import type { DeployedGraphs } from "../switchover";

/** Graphs whose pods would get certificates that those before them don't trust: generations trust those beside them alone. */
export function refusedRotations(
  { certificates }: Pick<Runtime, "certificates">,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): string[] {
  return graphs.flatMap(({ name, deployment }) => {
    const { certificates: before, deployment: object } = deployed[name] ?? {};
    if (before === undefined || certificates === undefined || object !== deployment.metadata.name) return [];
    return Math.abs(certificates - before) > 1
      ? [
          `graph ${name} has certificates of generation ${before}, whose pods don't trust those of ${certificates}: write dynamo:encryption.generation: ${before + Math.sign(certificates - before)} first`,
        ]
      : [];
  });
}
