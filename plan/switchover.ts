import { serversOf } from "../config/discovery";
import type { DiscoveryMode } from "../config/names";
import { own } from "../config/own";
import type { StackConfig, Switchover } from "../config/schema";
import { totalGpus } from "../gpus/arithmetic";
import type { GraphFields } from "./graph/graphFields";
import type { GraphPlan } from "./graph/graphPlan";

/** The graphs that a stack has, by their names in the config: one of its outputs. */
export type DeployedGraphs = Readonly<Record<string, DeployedGraph>>;

/** A graph that a stack has. */
export interface DeployedGraph {
  /** Name of its DynamoGraphDeployment. */
  readonly deployment: string;
  readonly apiVersion: string;
  readonly mode: DiscoveryMode;
  /** GPUs at full scale. */
  readonly gpus: number;
  /** The model whose weights it serves. Stacks of earlier versions of this program have none. */
  readonly source?: string;
  /** Version of its runtime. Stacks of earlier versions of this program have none. */
  readonly runtime?: string;
  /** Generation of its certificates; undefined: it has none. */
  readonly certificates?: number | undefined;
  /** The issuer of cert-manager's that signs them; undefined: the stack's own authorities. */
  readonly issuer?: string | undefined;
  /** Digest of its spec. Stacks of earlier versions of this program have none. */
  readonly digest?: string;
  /** What its operator may refuse to change. Stacks of earlier versions of this program have none. */
  readonly fields?: GraphFields;
}

/** The replacement of graphs that are there: its steps, and the GPUs that it takes. */
export interface SwitchoverPlan {
  readonly kind: Switchover;
  /** Graphs that are replaced, by name, and the deployment that takes their place. */
  readonly replaced: Readonly<Record<string, DeployedGraph & { readonly by: string }>>;
  /** Steps in their order; empty where no graph is replaced. */
  readonly steps: readonly string[];
  /** Maximum of GPUs that old and new graphs take at the same time. */
  readonly peak: number;
  /** The same, were the mode changed now. */
  readonly peakOfModeChange: number;
  /** Message on why it can't be done; undefined where it can. */
  readonly refusal: string | undefined;
}

/** A graph that a recreated one takes the place of. */
export type Recreated = Pick<DeployedGraph, "deployment" | "apiVersion">;

/**
 * The graphs that have to go before one is made, where it is recreated: the one that was there, and that of the other mode,
 * which a switchover that failed may have left.
 */
export function recreatedBy(
  { name, deployment: { apiVersion, metadata }, inOtherMode }: GraphPlan,
  { kind, replaced }: SwitchoverPlan,
): Recreated[] {
  if (kind === "blue-green") return [];
  const before: Recreated[] = [
    ...[own(replaced, name)].filter((one) => one !== undefined),
    { deployment: inOtherMode, apiVersion },
  ];
  return before.filter(
    ({ deployment }, i) =>
      deployment !== metadata.name && i === before.findIndex((one) => one.deployment === deployment),
  );
}

/** Plans the switchover from deployed graphs to planned ones. */
export function planSwitchover(
  { switchover: kind, budget, discovery }: Pick<StackConfig, "switchover" | "budget" | "discovery">,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): SwitchoverPlan {
  const replaced = Object.fromEntries(
    graphs.flatMap(({ name, deployment }) => {
      const before = own(deployed, name);
      const by = deployment.metadata.name;
      return before && before.deployment !== by ? [[name, { ...before, by }]] : [];
    }),
  );
  const peak = peakOf(kind, deployed, graphs);
  const isReplacing = Object.keys(replaced).length > 0;
  return {
    kind,
    replaced,
    steps: isReplacing ? stepsOf(kind, discovery, replaced, graphs) : [],
    peak,
    peakOfModeChange: peakOf(kind, inOtherMode(graphs), graphs),
    refusal: peakOverBudget(kind, peak, budget.gpus, deployed, graphs),
  };
}

/** The graphs as they would be deployed, were the mode the other one. */
function inOtherMode(graphs: readonly GraphPlan[]) {
  return Object.fromEntries(
    graphs.map(({ name, gpus, inOtherMode: deployment }) => [name, { deployment, gpus }]),
  );
}

/**
 * GPUs of the graphs that stay or come, and of those that go last: in a blue-green switchover all old ones. Graphs that
 * are taken out of the config go last in any case.
 */
function peakOf(
  kind: Switchover,
  deployed: Readonly<Record<string, Pick<DeployedGraph, "deployment" | "gpus">>>,
  graphs: readonly GraphPlan[],
): number {
  const going = Object.entries(deployed).filter(([name, { deployment }]) => {
    const now = graphs.find((graph) => graph.name === name);
    return now === undefined || (now.deployment.metadata.name !== deployment && kind === "blue-green");
  });
  const coming = graphs.map(({ name, deployment, gpus }) => {
    const before = own(deployed, name);
    return before?.deployment === deployment.metadata.name ? Math.max(before.gpus, gpus) : gpus;
  });
  return totalGpus([...coming, ...going.map(([, { gpus }]) => gpus)]);
}

function peakOverBudget(
  kind: Switchover,
  peak: number,
  budget: number | undefined,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): string | undefined {
  const total = totalGpus(graphs.map(({ gpus }) => gpus));
  if (budget === undefined || peak <= budget || total > budget) return undefined; // the last is reported by itself
  const names = graphs.map(({ name }) => name);
  const removed = Object.keys(deployed).filter((name) => !names.includes(name));
  const old = `${peak} GPUs run until the old graphs are gone, which is last, and the budget is ${budget}`;
  if (peakOf("recreate", deployed, graphs) > budget)
    return `${old}: take ${removed.join(", ")} out of dynamo:graphs in an update of its own first, or raise dynamo:budget.gpus for the while`;
  return kind === "blue-green"
    ? `${old}: set dynamo:switchover to recreate, which stops the old first, or raise dynamo:budget.gpus for the while`
    : undefined;
}

function stepsOf(
  kind: Switchover,
  discovery: StackConfig["discovery"],
  replaced: SwitchoverPlan["replaced"],
  graphs: readonly GraphPlan[],
): string[] {
  const moving = graphs.filter(({ name }) => own(replaced, name) !== undefined);
  const names = (pick: (graph: GraphPlan) => string) => moving.map(pick).join(", ");
  const before = names(({ name }) => own(replaced, name)?.deployment ?? "");
  const after = names(({ deployment }) => deployment.metadata.name);
  const isScaled = moving.some(({ scalers }) => scalers.length > 0);
  const begun = isScaled ? "; scaled workers begin with as many as serve, within min and max" : "";
  const services = moving.some(({ frontend }) => frontend !== undefined);
  const hasServers = serversOf(discovery) !== undefined;
  const servers = hasServers ? ["NATS and etcd are there"] : [];
  const moved = services ? [`the frontend Services point to ${after}`] : [];
  const isLeaving = !hasServers && Object.values(replaced).some((old) => old.mode !== discovery.mode);
  const gone = isLeaving ? ["NATS and etcd go, if the stack ran them"] : [];
  switch (kind) {
    case "blue-green":
      return [
        ...servers,
        `${after} is made and Ready, while ${before} serves${begun}`,
        ...moved,
        `${before} goes`,
        ...gone,
      ];
    case "recreate":
      return [
        ...servers,
        `${before} goes: nothing answers from here on`,
        `${after} is made and Ready${begun}`,
        ...moved,
        ...gone,
      ];
    default:
      return kind satisfies never;
  }
}
