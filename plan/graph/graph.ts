import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import { overridden } from "../envVar";
import { frontendComponent } from "./frontend";
import type { Graph, GraphContext } from "./model";
import { plannerComponent } from "./planner";
import { workerComponent } from "./workers";

/** A graph of the config, as it will be. */
export function graphOf(config: GraphConfig, context: GraphContext): Graph {
  const { deployment, namespace, runtime, env } = context;
  const workers = poolsOf(config).map((pool) => workerComponent(config, pool, context));
  return {
    name: deployment,
    namespace,
    annotations: runtime.annotations,
    backend: config.backend,
    env: overridden(env, config.env),
    components: [
      ...(config.servedBy === undefined ? [frontendComponent(config, context)] : []),
      ...workers,
      ...(config.planner ? [plannerComponent(config, config.planner, context, workers)] : []),
    ],
  };
}
