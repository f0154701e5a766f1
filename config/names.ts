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
  /**
   * Where it holds: on names that are checked for Grove, which operators from 1.2 on do where Grove makes the pods, and those before
   * always, or on others. @default everywhere
   */
  readonly holdsFor?: "grove" | "others";
}

/** Names that a component's objects are named after. */
export interface NamesOfComponent {
  readonly namespace: string;
  readonly deployment: string;
  readonly component: string;
  readonly isWorker: boolean;
  /** Whether a replica is of several pods, each on its own node. */
  readonly multinode: boolean;
}

/**
 * Limits of the operator. Beyond them a graph is accepted and then never comes up.
 * Sources: ServiceAccount `<graph>-k8s-service-discovery` is also a label (ai-dynamo/dynamo#11709);
 * label nvidia.com/dynamo-namespace is `<namespace>-<graph>` (#5449); pod names under Grove (#4938, #8480). Without Grove the label
 * nvidia.com/selector is `<graph>-<component>`, and a worker's generation (dynamocomponentdeployment_controller.go); on several nodes the label
 * controller-revision-hash is that, the numbers of replica and leader, and a hash of up to ten digits (kubernetes/kubernetes#64023).
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
    holdsFor: "grove",
    length: ({ deployment, component, multinode }) =>
      deployment.length + component.length + (multinode ? `${component}-ldr`.length : 0),
  },
  {
    what: "<graph>-<component> and what follows it in labels of the component's pods",
    max: labelLength,
    holdsFor: "others",
    length: ({ deployment, component, isWorker, multinode }) =>
      `${deployment}-${component}`.length +
      (isWorker ? "-a3217d96".length : 0) +
      (multinode ? "-0-0-4294967295".length : 0),
  },
];
