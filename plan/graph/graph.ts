import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";
import { overridden } from "../envVar";
import { endpointPickerComponent } from "./endpointPicker";
import { frontendComponent } from "./frontend";
import type { Component, Graph, GraphContext } from "./model";
import { plannerComponent } from "./planner";
import { workerComponent } from "./workers";

/** What requests come to first: frontends of its own, or a picker of those beside its engines. */
function entryOf(config: GraphConfig, context: GraphContext): Component[] {
  if (config.endpointPicker) return [endpointPickerComponent(config, config.endpointPicker, context)];
  return config.servedBy === undefined ? [frontendComponent(config, context)] : [];
}

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
      ...entryOf(config, context),
      ...workers,
      ...(config.planner ? [plannerComponent(config, config.planner, context, workers)] : []),
    ],
  };
}
