import { own } from "../../config/own";
import type { Runtime } from "../../config/runtime/runtime";
import type { GraphPlan } from "../graph/graphPlan";
import type { DeployedGraphs } from "../switchover";

/**
 * Graphs whose pods would get certificates that those before them don't trust: of the stack's own authorities generations trust
 * those beside them alone. An issuer of cert-manager's is trusted by all of its own, and another one's graph is another.
 */
export function refusedRotations(
  { certificates, issuer }: Pick<Runtime, "certificates" | "issuer">,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): string[] {
  if (issuer !== undefined) return [];
  return graphs.flatMap(({ name, deployment }) => {
    const { certificates: before, deployment: object } = own(deployed, name) ?? {};
    if (before === undefined || certificates === undefined || object !== deployment.metadata.name) return [];
    return Math.abs(certificates - before) > 1
      ? [
          `graph ${name} has certificates of generation ${before}, whose pods don't trust those of ${certificates}: write dynamo:encryption.generation: ${before + Math.sign(certificates - before)} first`,
        ]
      : [];
  });
}
