/** The name of a graph's DynamoGraphDeployment: what must never be one object has two. */
import { createHash } from "node:crypto";
import { type Signer, signerOf } from "./encryption";
import { type GraphConfig, graph } from "./graph";
import { type DiscoveryMode, deploymentName } from "./names";
import { poolsOf, typeOfPool } from "./pools";
import type { GraphApiVersion } from "./runtime/release";
import type { Runtime } from "./runtime/runtime";

/** Name of the planner's component. */
export const plannerName = "Planner";

/** What the names of a stack's graphs go by, beside the graphs themselves and the mode. */
export type Naming = Pick<Runtime, "apiVersion" | "certificates" | "issuer">;

/**
 * Names that a graph's object may have, the first that is free before the others: the plain one, which is the graph's own
 * with more where its mode or its shape is not the plain one, so that a change of either makes a new graph beside the old
 * one; one that tells the API's version, for a graph that is there under the plain name in the other version, and whenever
 * what is there is not known; and one that tells all that an operator can't change. A graph that was adopted stands in place of
 * the one of a plain name, and keeps its own.
 */
export function deploymentNames(
  graph: GraphConfig,
  mode: DiscoveryMode,
  naming: Naming,
): readonly [plain: string, versioned: string, successor: string] {
  const shape = shapeOf(graph, naming.apiVersion, naming);
  const fixed = JSON.stringify([shape, componentsOf(graph)]);
  const name = (of: string) => deploymentName(graph.name, mode, prefixOf(of));
  const plain = name(shapeOf(graph, plainVersion, naming));
  const { deployment, inPlaceOf } = graph.adopted ?? {};
  return deployment !== undefined && inPlaceOf === plain
    ? [deployment, deployment, name(fixed)]
    : [plain, name(shape), name(fixed)];
}

/** Name and API version of a graph's object. */
export interface GraphIdentity {
  readonly deployment: string;
  readonly apiVersion: GraphApiVersion;
  /** Name of its object, were the mode the other one. */
  readonly inOtherMode: string;
  /** Name of the graph that takes the place of one of the same shape, where its operator can't change that one. */
  readonly successor: string;
}

/** A graph's object as it is there, with the API's version as `nvidia.com/v1alpha1`. */
type DeployedObject = { readonly deployment: string; readonly apiVersion: string };

/**
 * The identity of a graph. Unless the config names the API's version, one that is there stays in the version that it was
 * made in: the other would be another object.
 * @param configured version of the API
 * @param deployed the object that the graph is now; undefined: there is none; null: that is not known
 */
export function identityOf(
  graph: GraphConfig,
  { mode, otherMode, apiVersion, apiVersions, certificates, issuer }: Runtime,
  configured: GraphApiVersion | undefined,
  deployed: DeployedObject | undefined | null,
): GraphIdentity {
  const kept = apiVersions.find((version) => `nvidia.com/${version}` === deployed?.apiVersion);
  const isKept =
    configured === undefined &&
    kept !== undefined &&
    deploymentNames(graph, mode, { apiVersion: kept, certificates, issuer }).includes(
      deployed?.deployment ?? "",
    );
  const version = isKept ? kept : apiVersion;
  const nameIn = (mode: DiscoveryMode) => {
    const names = deploymentNames(graph, mode, { apiVersion: version, certificates, issuer });
    if (deployed === null) return names[1];
    const isThere = deployed?.apiVersion === `nvidia.com/${version}`;
    return (
      names.find((name) => isThere && name === deployed.deployment) ??
      names.find((name) => name !== deployed?.deployment) ??
      names[0]
    );
  };
  const [, , successor] = deploymentNames(graph, mode, { apiVersion: version, certificates, issuer });
  return { deployment: nameIn(mode), apiVersion: version, inOtherMode: nameIn(otherMode), successor };
}

/** A component by its name, its type, and the pods, each on its own node, that form a replica. */
interface NamedComponent {
  readonly name: string;
  readonly type: string;
  readonly nodes: number;
}

/** The component that requests come to first: its frontends, or what picks the frontend beside a worker. */
function entryOf({ frontend, endpointPicker, servedBy }: GraphConfig): NamedComponent[] {
  if (endpointPicker) return [{ name: endpointPicker.name, type: "epp", nodes: 1 }];
  return servedBy === undefined ? [{ name: frontend.name, type: "frontend", nodes: 1 }] : [];
}

/** The components of a graph. */
export function componentsOf(graph: GraphConfig): NamedComponent[] {
  const { planner, endpointPicker } = graph;
  return [
    ...entryOf(graph),
    ...poolsOf(graph).map(({ name, role, nodes }) => ({
      name,
      type: typeOfPool(role, endpointPicker !== undefined),
      nodes,
    })),
    ...(planner ? [{ name: plannerName, type: "planner", nodes: 1 }] : []),
  ];
}

/**
 * Shape of a graph: the backend, the components, and which of them are of several nodes, which the operator can't change of a
 * graph that is there (ai-dynamo/dynamo#4969); and the API's version, the config's revision and who signs the certificates of its pods, which
 * this program does not: pods that have none, or another's, could not reach each other.
 */
function shapeOf(graph: GraphConfig, apiVersion: GraphApiVersion, { certificates, issuer }: Signer) {
  const components = componentsOf(graph).map(({ name, nodes }) =>
    nodes > 1 ? `${name} of several nodes` : name,
  );
  const parts = [graph.backend, apiVersion, graph.revision, components.sort()];
  if (certificates === undefined) return JSON.stringify(parts);
  return JSON.stringify([...parts, issuer === undefined ? "mutual TLS" : `mutual TLS by ${issuer}`]);
}

/** The version that no name tells. */
const plainVersion: GraphApiVersion = "v1alpha1";
const plainShape = shapeOf(graph.parse({ name: "plain", model: "plain" }), plainVersion, signerOf(undefined));

/** Prefix of a deployment's name; empty for the plain shape. It starts with a letter, as names of Services do. */
function prefixOf(shape: string): string {
  return shape === plainShape ? "" : `g${createHash("sha256").update(shape).digest("hex").slice(0, 4)}-`;
}
