/** The name of a graph's DynamoGraphDeployment. It tells apart what must never be one object. */
import { createHash } from "node:crypto";
import { type GraphConfig, graph } from "./graph";
import { type DiscoveryMode, deploymentName } from "./names";
import { poolsOf } from "./pools";

/** Name of the planner's component. */
export const plannerName = "Planner";

/**
 * Name of a graph's deployment: the graph's own, with more where its mode or its shape is not the plain one. A change of
 * either makes a new graph beside the old one.
 */
export function deploymentOf(graph: GraphConfig, mode: DiscoveryMode, apiVersion: string): string {
  return deploymentName(graph.name, mode, shapePrefix(graph, apiVersion));
}

/** The components of a graph, and the pods, each on its own node, that form one of them. */
export function componentsOf(graph: GraphConfig): { readonly name: string; readonly nodes: number }[] {
  return [
    ...(graph.servedBy === undefined ? [{ name: graph.frontend.name, nodes: 1 }] : []),
    ...poolsOf(graph),
    ...(graph.planner ? [{ name: plannerName, nodes: 1 }] : []),
  ];
}

/**
 * What the operator can't change of a graph that is there (ai-dynamo/dynamo#4969): its backend, its components, and which
 * of them are of several nodes. And what this program does not: the version of the API, and the config's revision.
 */
function shapeOf(graph: GraphConfig, apiVersion: string) {
  const components = componentsOf(graph).map(({ name, nodes }) =>
    nodes > 1 ? `${name} of several nodes` : name,
  );
  return JSON.stringify([graph.backend, apiVersion, graph.revision, components.sort()]);
}

const plainShape = shapeOf(graph.parse({ name: "plain", model: "plain" }), "v1alpha1");

/** It starts with a letter, as names of Services do. */
function shapePrefix(graph: GraphConfig, apiVersion: string): string {
  const shape = shapeOf(graph, apiVersion);
  return shape === plainShape ? "" : `g${createHash("sha256").update(shape).digest("hex").slice(0, 4)}-`;
}
