import type { GraphConfig } from "../../config/graph";

/** The frontends that serve a graph: its own, or another's. Their metrics show its load. */
export interface Frontends {
  /** Name of their DynamoGraphDeployment. */
  readonly deployment: string;
  /** Name of their component. */
  readonly component: string;
  readonly replicas: number;
  readonly router: GraphConfig["router"];
  /** Dynamo's own namespace for them, which is a label of their metrics. */
  readonly dynamoNamespace: string;
  /** Whether they serve other graphs too. */
  readonly isShared: boolean;
}

/**
 * The frontends that serve a graph.
 * @param graphs of the stack, and their deployments, by name
 * @param shared names of the graphs whose frontends serve others too
 */
export function frontendsOf(
  graph: GraphConfig,
  namespace: string,
  graphs: ReadonlyMap<string, { readonly config: GraphConfig; readonly deployment: string }>,
  shared: ReadonlySet<string>,
): Frontends {
  const owner = graphs.get(graph.servedBy ?? graph.name) ?? graphs.get(graph.name);
  if (owner === undefined) throw new RangeError(`graph ${graph.name} is not of the stack`);
  const { config, deployment } = owner;
  const isShared = shared.has(config.name);
  return {
    deployment,
    component: config.frontend.name,
    replicas: config.frontend.replicas,
    router: config.router,
    // As the operator names that of a component with globalDynamoNamespace.
    dynamoNamespace: isShared ? "dynamo" : `${namespace}-${deployment}`,
    isShared,
  };
}
