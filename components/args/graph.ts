/** What one graph is made from: args of its own, or the plan of a stack that has it. */
import type * as pulumi from "@pulumi/pulumi";
import type { DeployedGraphs, Recreated, SwitchoverPlan } from "../../plan/switchover";
import { type DiscoveryArgs, DiscoveryPlane, type EncryptionArgs } from "../discoveryPlane";
import type { Args } from "./inputs";
import {
  aroundIt,
  type GraphSettings,
  type KnownSurroundings,
  type PlannedStack,
  planArgs,
  type Reading,
  type RuntimeArgs,
  runtimeSettings,
  type Setting,
  type SurroundingArgs,
} from "./planArgs";
import type { Planned } from "./planned";

type OwnSettings = Omit<GraphSettings, "name" | "servedBy">;

/** A graph as `dynamo:graphs` has it, with the runtime that it runs and the plane by which its pods find each other. */
export interface DynamoGraphArgs extends SurroundingArgs, Args<OwnSettings> {
  /** Name of the graph in Kubernetes. @default the component's name */
  readonly name?: string | undefined;
  /** Version of the Dynamo runtime, or more of it, as `dynamo:runtime`. @default "1.6.1" */
  readonly runtime?: RuntimeArgs | undefined;
  /**
   * How its pods find each other: a plane of this program, or settings as `dynamo:discovery` has them, where another stack has
   * the plane. @default { mode: "kubernetes" }
   */
  readonly discovery?: DiscoveryPlane | DiscoveryArgs | undefined;
  /** Mutual TLS, as `dynamo:encryption`. @default the plane's, else none */
  readonly encryption?: EncryptionArgs | undefined;
}

/** What others need to know of a graph to watch over it: its args, with the plane's in place of the plane. */
export interface GraphArgs extends Omit<DynamoGraphArgs, "discovery" | "labels"> {
  readonly name: string;
  readonly discovery: DiscoveryArgs | undefined;
  /** Where the plane puts the Secrets of its clients; undefined where it runs no servers. */
  readonly plane: { readonly namespace: pulumi.Input<string> } | undefined;
}

export type KnownGraph = Omit<OwnSettings, "discovery"> &
  KnownSurroundings & {
    readonly name: string;
    readonly runtime?: string | Setting<"runtime">;
    readonly discovery?: Setting<"discovery">;
    readonly plane?: { readonly namespace: string };
  };

/** What a stack's plan says of a graph beside its own plan. */
export interface GraphOfStack {
  /** The graphs in whose place it comes, where these have to go first. */
  readonly recreated: readonly Recreated[];
  readonly switchover: SwitchoverPlan;
  /** Graphs as the last update that succeeded left them. */
  readonly deployed: DeployedGraphs;
}

/** The config of graphs that have one runtime, one plane and one namespace. */
export function settingsOfGraphs(graphs: readonly KnownGraph[]) {
  const [{ runtime, discovery, ...first } = {} as Partial<KnownGraph>] = graphs;
  const own = graphs.map(
    ({ runtime, discovery, encryption, namespace, platform, monitoring, images, plane, ...graph }) => graph,
  );
  return {
    ...aroundIt(first),
    runtime: runtimeSettings(runtime),
    discovery,
    graphs: own,
  };
}

/** Args of a graph, and the plan that they ask for. @throws pulumi.RunError with one line for each mistake in them. */
export function planGraphArgs(
  component: string,
  { labels, discovery, ...args }: DynamoGraphArgs,
): { settings: GraphArgs; plan: Planned<PlannedStack<KnownGraph>> } {
  const plane = discovery instanceof DiscoveryPlane ? discovery : undefined;
  const settings: GraphArgs = {
    ...args,
    name: args.name ?? component,
    namespace: args.namespace ?? plane?.namespace,
    discovery: plane?.settings ?? (discovery as DiscoveryArgs | undefined),
    encryption: args.encryption ?? plane?.encryption,
    plane: plane?.nats || plane?.etcd ? { namespace: plane.namespace } : undefined,
  };
  return { settings, plan: planArgs(settings, reading(component, args.runtime)) };
}

const reading = (component: string, runtime: RuntimeArgs | undefined): Reading<KnownGraph> => ({
  component: `DynamoGraph ${component}`,
  settings: (graph) => settingsOfGraphs([graph]),
  keys: {
    "graphs[0].": "",
    "graphs[].": "",
    "namespace.name": "namespace",
    ...(typeof runtime === "string" && { "runtime.version": "runtime" }),
  },
  mistakes: ({ namespace, plane }) =>
    plane === undefined || namespace === plane.namespace
      ? []
      : [
          `✖ must be "${plane.namespace}", as its discovery plane has it, found "${namespace}": the Secrets by which its pods reach NATS and etcd are there → at namespace`,
        ],
});
