import { componentsOf, identityOf } from "../config/deployment";
import { serversOf } from "../config/discovery";
import type { GraphConfig } from "../config/graph";
import { own } from "../config/own";
import type { GraphApiVersion } from "../config/runtime/release";
import type { Runtime } from "../config/runtime/runtime";
import type { StackConfig } from "../config/schema";
import { advise } from "./advice";
import { adviseOnBudget, type GpuSummary, overBudget, summariseGpus } from "./budget";
import { refusePlain, warnOfPlain } from "./certificates/plainPaths";
import { refusedRotations } from "./certificates/rotations";
import { adviseOnInPlace, type ChangeInPlace, changesInPlace } from "./changesInPlace";
import { type DiscoveryPlanePlan, discoveryPlane } from "./discoveryPlane";
import { envVars } from "./envVar";
import { frontendsOf } from "./graph/frontends";
import type { GraphFields } from "./graph/graphFields";
import { type GraphPlan, planGraph } from "./graph/graphPlan";
import { summariseServices } from "./graph/summary";
import { refusedUpdates } from "./graph/updateRules";
import { refusedImages } from "./imageReleases";
import type { AlertGroup } from "./monitoring/alerts";
import { graphAlerts } from "./monitoring/graphAlerts";
import { graphPodMonitors, type PodMonitorPlan } from "./monitoring/podMonitors";
import { serverAlerts } from "./monitoring/serverAlerts";
import { type PlatformPlan, planPlatform } from "./platform";
import { type DeployedGraph, type DeployedGraphs, planSwitchover, type SwitchoverPlan } from "./switchover";
import { refusedUpgrades } from "./upgrade";

/** Everything that a stack will make, decided before anything is made. */
export interface StackPlan {
  readonly namespace: StackConfig["namespace"];
  /** The runtime in this stack's mode. */
  readonly runtime: Runtime;
  /** The platform that it installs; undefined where that is there. */
  readonly platform: PlatformPlan | undefined;
  readonly discovery: DiscoveryPlanePlan;
  readonly graphs: readonly GraphPlan[];
  /** Replacement of the graphs that are there. */
  readonly switchover: SwitchoverPlan;
  /** What changes in graphs that stay, where a new revision would make others beside them. */
  readonly changesInPlace: readonly ChangeInPlace[];
  readonly podMonitors: readonly PodMonitorPlan[];
  readonly alerts: readonly AlertGroup[];
  /** Names of the Secrets with HF_TOKEN that the graphs refer to. */
  readonly huggingFaceSecrets: readonly string[];
  readonly gpus: GpuSummary;
  /** Reasons why nothing of this may be made; empty where it may. */
  readonly refusals: readonly string[];
  /** What must be there that no plan can see: of the platform, and of the nodes. */
  readonly requirements: readonly string[];
  /** Limits of the runtime, and advice. */
  readonly warnings: readonly string[];
}

/**
 * Plans a stack.
 * @param before graphs that the stack has now; null: that is not known. Then no name is given that an object of another
 *   version of the API could have.
 */
export function planStack(config: StackConfig, before: DeployedGraphs | null = {}): StackPlan {
  const { namespace, runtime, monitoring } = config;
  const discovery = discoveryPlane(config);
  const { encryption } = discovery;
  const graphs = planGraphs(config, discovery, before);
  const platform = planPlatform(config);
  const deployed = before ?? {};
  const gpus = summariseGpus(config.budget, graphs);
  const switchover = planSwitchover(config, deployed, graphs);
  const upgrades = refusedUpgrades(runtime, deployed, graphs);
  const inPlace = changesInPlace(runtime.version, deployed, graphs);
  const secrets = graphs.flatMap(({ huggingFaceSecret }) => huggingFaceSecret ?? []);
  return {
    namespace,
    runtime,
    platform,
    discovery,
    graphs,
    switchover,
    changesInPlace: inPlace,
    podMonitors: [...discovery.podMonitors, ...graphPodMonitors(graphs, namespace.name, monitoring, runtime)],
    alerts: [
      ...serverAlerts(serversOf(config.discovery), graphs, namespace.name),
      ...graphs.map((graph) => graphAlerts(graph, runtime)),
    ],
    huggingFaceSecrets: [...new Set(secrets)],
    gpus,
    refusals: [
      overBudget(gpus),
      switchover.refusal,
      ...upgrades,
      ...refusedImages(graphs, runtime),
      ...refusedRotations(runtime, deployed, graphs),
      ...(encryption?.refusesPlain ? refusePlain(graphs, runtime) : []),
      ...graphs.flatMap(mistakesOf),
    ].filter((reason) => reason !== undefined),
    requirements: [
      ...runtime.requirements,
      ...(platform?.requirements ?? []),
      ...graphs.flatMap(requiredDirectories),
    ],
    warnings: [
      ...runtime.limits,
      ...(encryption && !encryption.refusesPlain ? warnOfPlain(graphs, runtime) : []),
      ...adviseOnBudget(gpus, summariseServices(graphs), runtime),
      ...(upgrades.length > 0 ? [] : adviseOnInPlace(inPlace, graphs)),
      ...advise(config, graphs, gpus),
    ],
  };
}

/** A cache's directory on the nodes. */
function requiredDirectories({ name, cacheDirectory }: GraphPlan): string[] {
  return cacheDirectory === undefined
    ? []
    : [
        `${cacheDirectory} on every GPU node, writable by uid 1000, or graph ${name} does not keep its models (dynamo:graphs[].modelCache.hostPath)`,
      ];
}

function mistakesOf({ name, mistakes }: GraphPlan): string[] {
  return mistakes.map((mistake) => `graph ${name}: ${mistake}`);
}

function planGraphs(
  config: StackConfig,
  { env, volumes: certificates }: DiscoveryPlanePlan,
  deployed: DeployedGraphs | null,
): GraphPlan[] {
  const { runtime, monitoring } = config;
  const namespace = config.namespace.name;
  const shared = new Set(config.graphs.flatMap(({ servedBy }) => servedBy ?? []));
  const identified = config.graphs.map((graph) => ({
    config: graph,
    ...updatable(graph, runtime, config.platform.apiVersion, deployed && own(deployed, graph.name)),
  }));
  const byName = new Map(identified.map((graph) => [graph.config.name, graph]));
  const context = {
    namespace,
    runtime,
    gpuMemory: config.cluster.gpuMemory,
    env: [...envVars(runtime.env), ...env],
    certificates,
    pullSecrets: config.images.pullSecrets,
    assignsIds: config.platform.openshift,
    // The name of the Service that Prometheus' operator makes.
    prometheus: monitoring.prometheus ?? `http://prometheus-operated.${monitoring.namespace}:9090`,
  };
  return identified.map(({ config: graph, ...identity }) =>
    planGraph(graph, {
      ...context,
      ...identity,
      frontends: frontendsOf(graph, namespace, byName, shared),
    }),
  );
}

/** The identity of a graph: another than it has where the operator refuses to make of the old one what is asked for. */
function updatable(
  graph: GraphConfig,
  runtime: Runtime,
  configured: GraphApiVersion | undefined,
  deployed: DeployedGraph | undefined | null,
) {
  const { successor, ...identity } = identityOf(graph, runtime, configured, deployed);
  const isSame = deployed?.deployment === identity.deployment;
  const isRefused =
    isSame &&
    deployed?.fields !== undefined &&
    refusedUpdates(runtime.releaseLine, deployed.fields, fixedFields(graph, deployed.fields), "another graph")
      .length > 0;
  return isRefused ? { ...identity, deployment: successor } : identity;
}

/** What a graph that was adopted has as it ran is not changed. @param before fields of the graph that is there */
function fixedFields(graph: GraphConfig, before: GraphFields): GraphFields {
  const isKept = (field: RegExp) => graph.adopted?.patch.some(({ path }) => field.test(path)) ?? false;
  const keepsTypes = isKept(/^\/spec\/(services|components)\/[^/]+\/(type|(subC|c)omponentType)$/);
  const typeOf = (name: string, type: string) =>
    (keepsTypes ? own(before.components, name)?.type : type) ?? type;
  return {
    backend: isKept(/^\/spec\/backendFramework$/) ? before.backend : graph.backend,
    components: Object.fromEntries(
      componentsOf(graph).map(({ name, type, nodes }) => [name, { type: typeOf(name, type), nodes }]),
    ),
  };
}
