import type { GraphApiVersion } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import type { Graph } from "./model";
import { v1alpha1Spec } from "./v1alpha1";
import { v1beta1Spec } from "./v1beta1";

/** A DynamoGraphDeployment in either version of its API. */
export interface DynamoGraphDeployment {
  readonly apiVersion: `nvidia.com/${GraphApiVersion}`;
  readonly kind: "DynamoGraphDeployment";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** The DynamoGraphDeployment of a graph. */
export function dynamoGraphDeployment(
  graph: Graph,
  apiVersion: GraphApiVersion,
  runtime: Runtime,
): DynamoGraphDeployment {
  const { name, namespace, annotations } = graph;
  return {
    apiVersion: `nvidia.com/${apiVersion}`,
    kind: "DynamoGraphDeployment",
    metadata: { name, namespace, annotations },
    spec: specOf(graph, apiVersion, runtime),
  };
}

function specOf(graph: Graph, apiVersion: GraphApiVersion, runtime: Runtime): object {
  switch (apiVersion) {
    case "v1alpha1":
      return v1alpha1Spec(graph, runtime);
    case "v1beta1":
      return v1beta1Spec(graph, runtime);
    default:
      return apiVersion satisfies never;
  }
}

/**
 * The manifest as an API server keeps it, without empty lists: an operator's own objects leave them out, as does the
 * conversion between the API's versions (tried with the operator of 1.4), and each update of the stack would add them again.
 * A transform may still add to one.
 */
export function withoutEmptyLists(deployment: DynamoGraphDeployment): DynamoGraphDeployment {
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const spec = Object.fromEntries(Object.entries(deployment.spec).filter(([, value]) => !isEmpty(value)));
  return { ...deployment, spec };
}
