/** Which workers hold a connection to NATS in mode `nats-etcd`. */
import { deploymentOf } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { type Pool, poolsOf } from "../../config/pools";
import type { StackConfig } from "../../config/schema";
import { isSince, type RuntimeLine } from "../../config/versions";
import type { Wiring } from "../compatibility";
import { podsOf } from "../monitoring/selectors";
import { kvEventsOf } from "./router";

/** Names of the pods of these workers, as a regular expression; undefined where no worker connects. */
export function natsClients(
  { graphs, discovery, platform }: StackConfig,
  wiring: Wiring,
  line: RuntimeLine,
): string | undefined {
  const pods = graphs.flatMap((graph) => {
    const names = poolsOf(graph)
      .filter((pool) => connects(graph, pool, wiring, line))
      .map(({ name }) => name.toLowerCase());
    const deployment = deploymentOf(graph, discovery.mode, platform.apiVersion);
    return names.length > 0 ? [podsOf(deployment, names.join("|"))] : [];
  });
  return pods.length > 0 ? pods.join("|") : undefined;
}

/**
 * From 0.8 to 1.0 a worker only connects if requests or its KV events go over NATS: `enable_nats` of the engines in ai-dynamo
 * 0.8.1, 0.9.1 and 1.0.2. Of these, vLLM's publish unless they are told not to. Before and after, every worker connects.
 */
function connects(graph: GraphConfig, { role }: Pool, wiring: Wiring, line: RuntimeLine): boolean {
  if (wiring.requestPlane === "nats" || !isSince(line, "0.8") || isSince(line, "1.1")) return true;
  return role !== "decode" && (graph.backend === "vllm" || kvEventsOf(graph, wiring) === "published");
}
