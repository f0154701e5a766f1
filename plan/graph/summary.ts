/** The graphs of a stack as one of its outputs: for the next update, and for what operates them. */
import type { ExposeConfig } from "../../config/expose";
import type { DeployedGraph } from "../switchover";
import { frontendServiceName } from "./frontendService";
import type { GraphPlan } from "./graphPlan";

export interface GraphSummary extends DeployedGraph {
  readonly namespace: string;
  readonly model: string;
  /** Service of its frontends, on port 8000; undefined where another graph's frontends serve it. */
  readonly service: string | undefined;
  readonly expose: ExposeConfig["type"] | "ClusterIP";
  /** Name by which clients ask an Ingress or a Gateway. */
  readonly host: string | undefined;
}

export function summariseGraphs(graphs: readonly GraphPlan[]): Record<string, GraphSummary> {
  return Object.fromEntries(graphs.map((graph) => [graph.name, summaryOf(graph)]));
}

function summaryOf({ name, model, gpus, deployment, frontend }: GraphPlan): GraphSummary {
  const expose = frontend?.expose;
  return {
    deployment: deployment.metadata.name,
    apiVersion: deployment.apiVersion,
    gpus,
    namespace: deployment.metadata.namespace,
    model,
    service: frontend && frontendServiceName(name),
    expose: expose?.type ?? "ClusterIP",
    host: expose && "host" in expose ? expose.host : undefined,
  };
}
