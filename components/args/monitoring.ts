/** What PodMonitors, alerts and dashboards are made from: the graphs that they watch, or the plan of a stack. */
import type * as pulumi from "@pulumi/pulumi";
import type { MonitoringConfig } from "../../config/schema";
import type { StackPlan } from "../../plan/stack";
import type { DiscoveryPlane } from "../discoveryPlane";
import type { DynamoGraph } from "../dynamoGraph";
import { type GraphArgs, type KnownGraph, settingsOfGraphs } from "./graph";
import type { Args } from "./inputs";
import { aroundIt, planArgs, type Setting, type SurroundingArgs } from "./planArgs";
import { Planned } from "./planned";

/** Graphs of one namespace, runtime and plane, and that plane. */
export interface MonitoringArgs extends Pick<SurroundingArgs, "labels"> {
  /** The graphs to watch. @default none */
  readonly graphs?: readonly Pick<DynamoGraph, "settings">[] | undefined;
  /** The plane whose NATS and etcd to watch. @default none */
  readonly discovery?:
    | Pick<DiscoveryPlane, "settings" | "namespace" | "encryption" | "certificatesExpire">
    | undefined;
  /** The cluster's kube-prometheus-stack, as `dynamo:monitoring`. */
  readonly monitoring?: Args<Setting<"monitoring">> | undefined;
}

/** What is planned already. */
export interface PlannedMonitoring {
  readonly plan: StackPlan;
  readonly monitoring: MonitoringConfig;
  /** The moment from which certificates are refused, in seconds since 1970; undefined where there are none. */
  readonly certificatesExpire?: pulumi.Output<number> | undefined;
}

interface PlaneSettings {
  readonly discovery: Setting<"discovery">;
  readonly encryption: Setting<"encryption"> | undefined;
}

interface KnownArgs {
  readonly graphs: readonly KnownGraph[];
  readonly plane: (PlaneSettings & { readonly namespace: string }) | undefined;
  readonly monitoring: Setting<"monitoring"> | undefined;
}

/** @throws pulumi.RunError with one line for each mistake in the args. */
export function planMonitoring(
  component: string,
  args: MonitoringArgs | PlannedMonitoring,
): Planned<PlannedMonitoring> {
  if ("plan" in args) return new Planned(args);
  const { graphs = [], discovery, monitoring } = args;
  const settings = {
    graphs: graphs.map((graph) => graph.settings as GraphArgs),
    plane: discovery && {
      discovery: discovery.settings,
      encryption: discovery.encryption,
      namespace: discovery.namespace,
    },
    monitoring,
  };
  const stack = planArgs<KnownArgs>(settings, {
    component,
    settings: ({ graphs, plane, monitoring }) => ({
      ...aroundIt({ namespace: plane?.namespace, encryption: plane?.encryption }),
      discovery: plane?.discovery,
      ...(graphs.length > 0 && settingsOfGraphs(graphs)),
      monitoring,
    }),
    keys: {},
    mistakes: ({ graphs }) => {
      const [first, ...others] = graphs.map(({ name, namespace, runtime, discovery, platform }) => ({
        name,
        place: JSON.stringify([namespace ?? "dynamo", runtime, discovery, platform?.apiVersion]),
      }));
      return others
        .filter(({ place }) => place !== first?.place)
        .map(
          ({ name }) =>
            `✖ "${name}" has another namespace, runtime or plane than "${first?.name}": write a component for each → at graphs`,
        );
    },
  });
  return stack.part(({ plan, config }) => ({ plan, monitoring: config.monitoring }));
}

/** Labels of objects, where the args have them. */
export function labelsOf(args: object): pulumi.Input<Record<string, pulumi.Input<string>>> | undefined {
  return "labels" in args ? (args as MonitoringArgs).labels : undefined;
}
