/** The graphs of a stack as one of its outputs: for the next update, and for what operates them. */
import { createHash } from "node:crypto";
import type { ExposeConfig } from "../../config/expose";
import type { DiscoveryMode } from "../../config/names";
import type { DeployedGraph } from "../switchover";
import { frontendServiceName } from "./frontendService";
import type { GraphPlan } from "./graphPlan";
import type { DynamoGraphDeployment } from "./manifest";

export interface GraphSummary extends DeployedGraph {
  readonly namespace: string;
  readonly model: string;
  /** Name of the graph whose frontends serve it; undefined where its own do. */
  readonly servedBy: string | undefined;
  /** Service of its frontends, on port 8000; undefined where another graph's frontends serve it. */
  readonly service: string | undefined;
  readonly expose: ExposeConfig["type"] | "ClusterIP";
  /** Name by which clients ask an Ingress or a Gateway. */
  readonly host: string | undefined;
}

export function summariseGraphs(
  graphs: readonly GraphPlan[],
  mode: DiscoveryMode,
): Record<string, GraphSummary> {
  return Object.fromEntries(graphs.map((graph) => [graph.name, summaryOf(graph, mode)]));
}

function summaryOf(
  { name, model, servedBy, gpus, deployment, frontend }: GraphPlan,
  mode: DiscoveryMode,
): GraphSummary {
  const expose = frontend?.expose;
  return {
    deployment: deployment.metadata.name,
    apiVersion: deployment.apiVersion,
    mode,
    gpus,
    digest: digestOf(deployment),
    namespace: deployment.metadata.namespace,
    model,
    servedBy,
    service: frontend && frontendServiceName(name),
    expose: expose?.type ?? "ClusterIP",
    host: expose && "host" in expose ? expose.host : undefined,
  };
}

/** Tells a graph from another of its name that asks for something else. */
export function digestOf({ metadata: { name }, spec }: DynamoGraphDeployment): string {
  return createHash("sha256")
    .update(JSON.stringify([name, spec]))
    .digest("hex")
    .slice(0, 12);
}
