/** When a graph is as its config says. */
import type { GraphApiVersion } from "../../config/schema";
import { isSince, type RuntimeLine } from "../../config/versions";
import type { Graph } from "./model";

/**
 * Conditions to wait for, all of which must hold, as Pulumi's annotation `pulumi.com/waitFor` writes them.
 *
 * Ready alone is not enough: before 1.0 the graph's status does not tell which generation it is of, so that right after
 * a change it still says Ready of what was before (ai-dynamo/dynamo#3567). The counts are of what is asked for now.
 */
export function readinessOf({ components }: Graph, apiVersion: GraphApiVersion, line: RuntimeLine): string[] {
  const status = apiVersion === "v1alpha1" ? "services" : "components";
  // 0.7 tells nothing of services; of one on several nodes each orchestrator counts in its own way.
  const counted = isSince(line, "0.8")
    ? components.filter(({ nodes, replicas }) => nodes === 1 && replicas !== undefined)
    : [];
  return [
    "condition=Ready",
    ...counted.map(
      ({ name, replicas }) => `jsonpath={.status.${status}['${name}'].readyReplicas}=${replicas}`,
    ),
  ];
}
