/** The name of a graph's DynamoGraphDeployment: what must never be one object has two. */
import { createHash } from "node:crypto";
import { type GraphConfig, graph } from "./graph";
import { type DiscoveryMode, deploymentName } from "./names";
import { poolsOf } from "./pools";
import type { GraphApiVersion } from "./runtime/release";
import type { Runtime } from "./runtime/runtime";

/** Name of the planner's component. */
export const plannerName = "Planner";

/**
 * Name of a graph's deployment: the graph's own, with more where its mode or its shape is not the plain one. A change of
 * either makes a new graph beside the old one.
 */
export function deploymentOf(graph: GraphConfig, mode: DiscoveryMode, apiVersion: string): string {
  return deploymentName(graph.name, mode, prefixOf(shapeOf(graph, apiVersion)));
}

/** Name and API version of a graph's object. */
export interface GraphIdentity {
  readonly deployment: string;
  readonly apiVersion: GraphApiVersion;
  /** Name of the graph that takes the place of one of the same shape, where its operator can't change that one. */
  readonly successor: string;
}

/**
 * The identity of a graph. Unless the config names the API's version, one that is there stays in the version that it was
 * made in: the other would be another object.
 * @param configured version of the API
 * @param deployed the object that the graph is now, with the API's version as `nvidia.com/v1alpha1`
 */
export function identityOf(
  graph: GraphConfig,
  { mode, apiVersion, apiVersions }: Runtime,
  configured: GraphApiVersion | undefined,
  deployed: { readonly deployment: string; readonly apiVersion: string } | undefined,
): GraphIdentity {
  const identity = (version: GraphApiVersion): GraphIdentity => {
    const shape = JSON.stringify([shapeOf(graph, version), componentsOf(graph)]);
    return {
      deployment: deploymentOf(graph, mode, version),
      apiVersion: version,
      successor: deploymentName(graph.name, mode, prefixOf(shape)),
    };
  };
  const kept = apiVersions.find((version) => `nvidia.com/${version}` === deployed?.apiVersion);
  if (configured === undefined && kept !== undefined) {
    const same = identity(kept);
    if ([same.deployment, same.successor].includes(deployed?.deployment ?? "")) return same;
  }
  return identity(apiVersion);
}

/** A component by its name, its type, and the pods, each on its own node, that form a replica. */
interface NamedComponent {
  readonly name: string;
  readonly type: string;
  readonly nodes: number;
}

/** The components of a graph. */
export function componentsOf(graph: GraphConfig): NamedComponent[] {
  const { frontend, servedBy, planner } = graph;
  return [
    ...(servedBy === undefined ? [{ name: frontend.name, type: "frontend", nodes: 1 }] : []),
    ...poolsOf(graph).map(({ name, role, nodes }) => ({ name, type: role, nodes })),
    ...(planner ? [{ name: plannerName, type: "planner", nodes: 1 }] : []),
  ];
}

/**
 * Shape of a graph: the backend, the components, and which of them are of several nodes, which the operator can't change of a
 * graph that is there (ai-dynamo/dynamo#4969); and the API's version and the config's revision, which this program does not.
 */
function shapeOf(graph: GraphConfig, apiVersion: string) {
  const components = componentsOf(graph).map(({ name, nodes }) =>
    nodes > 1 ? `${name} of several nodes` : name,
  );
  return JSON.stringify([graph.backend, apiVersion, graph.revision, components.sort()]);
}

const plainShape = shapeOf(graph.parse({ name: "plain", model: "plain" }), "v1alpha1");

/** Prefix of a deployment's name; empty for the plain shape. It starts with a letter, as names of Services do. */
function prefixOf(shape: string): string {
  return shape === plainShape ? "" : `g${createHash("sha256").update(shape).digest("hex").slice(0, 4)}-`;
}
