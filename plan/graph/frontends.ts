import type { GraphConfig } from "../../config/graph";
import { poolsOf } from "../../config/pools";

/** The frontends that serve a graph: its own, or another's. Their metrics show its load. */
export interface Frontends {
  /** Name of their DynamoGraphDeployment. */
  readonly deployment: string;
  /** Names of their components. */
  readonly components: readonly string[];
  /** Whether they are beside the engines, where an Endpoint Picker chooses among them. */
  readonly areBeside: boolean;
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
  const areBeside = config.endpointPicker !== undefined;
  const pools = areBeside ? poolsOf(config) : [];
  return {
    deployment,
    components: areBeside ? pools.map(({ name }) => name) : [config.frontend.name],
    areBeside,
    replicas: areBeside
      ? pools.reduce((sum, { replicas = 1, scaling }) => sum + (scaling?.min ?? replicas), 0)
      : config.frontend.replicas,
    // A picker goes by the workers' KV caches, as far as it hears of them.
    router: areBeside ? { mode: "kv" } : config.router,
    // As the operator names that of a component with globalDynamoNamespace.
    dynamoNamespace: isShared ? "dynamo" : `${namespace}-${deployment}`,
    isShared,
  };
}
