/** Names that the Dynamo operator derives from a graph's, and the lengths it can bear. */

/** Discovery modes; the first is the default. */
export const discoveryModes = ["kubernetes", "nats-etcd"] as const;
/** A discovery mode: `kubernetes` by the API server alone, `nats-etcd` by etcd and NATS. */
export type DiscoveryMode = (typeof discoveryModes)[number];

/** Longest value of a Kubernetes label, and longest DNS label. */
export const labelLength = 63;

const suffixes: Readonly<Record<DiscoveryMode, string>> = { kubernetes: "", "nats-etcd": "-etcd" };

/**
 * Name of a graph's DynamoGraphDeployment. It carries the mode, so that a change of mode makes a new graph beside the old
 * one: frontends and workers of one graph must never be in different modes.
 * @param shape prefix of a graph that is not of the plain shape. It is none that comes after, since frontends from 1.0 on
 *   take up all workers whose Dynamo namespace begins like their own.
 */
export function deploymentName(graph: string, mode: DiscoveryMode, shape = ""): string {
  return `${shape}${graph}${suffixes[mode]}`;
}

interface NameLimit {
  /** Subject of messages. */
  readonly what: string;
  readonly max: number;
  readonly length: (names: NamesOfComponent) => number;
  /** Whether it is a limit of Grove's objects, which operators from 1.2 on check where Grove makes the pods. @default false */
  readonly ofGrove?: boolean;
}

/** Names that a component's objects are named after. */
export interface NamesOfComponent {
  readonly namespace: string;
  readonly deployment: string;
  readonly component: string;
  /** Whether a replica is of several pods, each on its own node. */
  readonly multinode: boolean;
}

/**
 * Limits of the operator. Beyond them a graph is accepted and then never comes up.
 * Sources: ServiceAccount `<graph>-k8s-service-discovery` is also a label (ai-dynamo/dynamo#11709);
 * label nvidia.com/dynamo-namespace is `<namespace>-<graph>` (#5449); pod names under Grove (#4938, #8480).
 */
export const nameLimits: readonly NameLimit[] = [
  { what: "the graph's name", max: 41, length: ({ deployment }) => deployment.length },
  {
    what: "<namespace>-<graph>",
    max: labelLength,
    length: ({ namespace, deployment }) => `${namespace}-${deployment}`.length,
  },
  {
    what: "the graph's and a component's name together (where it has several nodes, its name counts twice)",
    max: 45,
    ofGrove: true,
    length: ({ deployment, component, multinode }) =>
      deployment.length + component.length + (multinode ? `${component}-ldr`.length : 0),
  },
];
