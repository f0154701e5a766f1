/** One component of a graph: a line in the table of services. */
import { gpusOf } from "./gpus/arithmetic";

export interface ComponentPlan {
  readonly graph: string;
  readonly component: string;
  readonly type: "frontend" | "worker";
  readonly replicas: number;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly gpusPerPod: number;
  readonly gpus: number;
}

/** A component's plan, with its GPUs counted. */
export function planComponent(component: Omit<ComponentPlan, "gpus">): ComponentPlan {
  const { gpusPerPod: perPod, nodes, replicas } = component;
  return { ...component, gpus: gpusOf({ perPod, nodes, replicas }) };
}
