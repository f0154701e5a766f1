import { deploymentOf } from "../../config/deployment";
import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import { frontendComponent } from "./frontend";
import type { Graph, GraphContext } from "./model";
import { plannerComponent } from "./planner";
import { workerComponent } from "./workers";

/** A graph of the config, as it will be. */
export function graphOf(config: GraphConfig, context: GraphContext): Graph {
  const { namespace, discovery, mode, apiVersion, orchestrator } = context;
  const name = deploymentOf(config, mode, apiVersion);
  return {
    name,
    namespace,
    annotations: {
      "nvidia.com/dynamo-discovery-backend": discovery.wiring.discoveryBackend,
      // Where both are installed the operator takes Grove.
      ...(orchestrator === "leaderworkerset" && { "nvidia.com/enable-grove": "false" }),
    },
    backend: config.backend,
    env: [...discovery.wiring.env, ...discovery.env],
    components: [
      ...(config.servedBy === undefined ? [frontendComponent(config, context)] : []),
      ...poolsOf(config).map((pool) => workerComponent(config, pool, name, context)),
      ...(config.planner ? [plannerComponent(config, config.planner, context)] : []),
    ],
  };
}
