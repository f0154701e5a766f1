/** One component of a graph: a line in the table of services. */

import type { GraphConfig } from "../../config/graph";
import { mostReplicas, poolsOf } from "../../config/pools";
import { gpusOf, totalGpus } from "../../gpus/arithmetic";
import type { Graph, Role } from "./model";

export interface ComponentPlan {
  readonly graph: string;
  readonly component: string;
  readonly type: Role;
  /** At full scale: as many as a scaler may make. */
  readonly replicas: number;
  /** Fewest replicas where a scaler may make fewer; undefined where none does. */
  readonly least: number | undefined;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly gpusPerPod: number;
  readonly gpus: number;
}

/** The components of a graph, with their GPUs counted. Those that a planner may add are the planner's. */
export function componentPlans(config: GraphConfig, { components }: Graph): ComponentPlan[] {
  const pools = new Map(poolsOf(config).map((pool) => [pool.name, pool]));
  const plans = components.map(({ name, role, nodes, gpus }): ComponentPlan => {
    const pool = role === "frontend" || role === "planner" ? undefined : pools.get(name);
    const replicas = pool ? mostReplicas(pool) : role === "frontend" ? config.frontend.replicas : 1;
    const gpusPerPod = gpus?.perPod ?? 0;
    return {
      graph: config.name,
      component: name,
      type: role,
      replicas,
      least: pool?.scaling?.min ?? (pool && config.planner ? 1 : undefined),
      nodes,
      gpusPerPod,
      gpus: gpusOf({ perPod: gpusPerPod, nodes, replicas }),
    };
  });
  const { planner } = config;
  if (planner === undefined) return plans;
  const room = Math.max(0, planner.maxGpus - totalGpus(plans.map(({ gpus }) => gpus)));
  return plans.map((plan) => (plan.type === "planner" ? { ...plan, gpus: room } : plan));
}
