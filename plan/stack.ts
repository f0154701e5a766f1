/** Everything that a stack will make, decided before anything is made. */
import type { StackConfig } from "../config/schema";
import { type RuntimeLine, runtimeLine } from "../config/versions";
import { advise } from "./advice";
import { adviseOnBudget, type GpuSummary, overBudget, summariseGpus } from "./budget";
import { type DiscoveryPlanePlan, discoveryPlane } from "./discoveryPlane";
import { type GraphPlan, planGraph } from "./graph";
import type { AlertGroup } from "./monitoring/alerts";
import { graphAlerts } from "./monitoring/graphAlerts";
import { graphPodMonitors, type PodMonitorPlan } from "./monitoring/podMonitors";

export interface StackPlan {
  readonly namespace: StackConfig["namespace"];
  readonly discovery: DiscoveryPlanePlan;
  readonly graphs: readonly GraphPlan[];
  /** Release line of the runtime. */
  readonly line: RuntimeLine;
  readonly podMonitors: readonly PodMonitorPlan[];
  readonly alerts: readonly AlertGroup[];
  /** Names of the Secrets with HF_TOKEN that the graphs refer to. */
  readonly huggingFaceSecrets: readonly string[];
  readonly gpus: GpuSummary;
  /** Why nothing of this may be made; undefined where it may. */
  readonly refusal: string | undefined;
  /** What the platform must fulfil, and what may be unwise. */
  readonly warnings: readonly string[];
}

/**
 * The plan of a config.
 * @throws RangeError for a runtime that the config refuses.
 */
export function planStack(config: StackConfig): StackPlan {
  const { namespace, runtime } = config;
  const line = runtimeLine(runtime.version);
  if (line === undefined) throw new RangeError(`runtime ${runtime.version} is not known`);
  const discovery = discoveryPlane(config, line);
  const context = { namespace: namespace.name, image: `${runtime.image}:${runtime.version}`, discovery };
  const graphs = config.graphs.map((graph) => planGraph(graph, context, line));
  const secrets = config.graphs.flatMap(({ huggingFaceSecret }) => huggingFaceSecret ?? []);
  const gpus = summariseGpus(config.budget, graphs);
  return {
    namespace,
    discovery,
    graphs,
    line,
    podMonitors: [...discovery.podMonitors, ...graphPodMonitors(config, line)],
    alerts: [
      ...discovery.alerts,
      ...config.graphs.map((graph) => graphAlerts(graph, namespace.name, discovery.mode, line)),
    ],
    huggingFaceSecrets: [...new Set(secrets)],
    gpus,
    refusal: overBudget(gpus),
    warnings: [...discovery.wiring.warnings, ...adviseOnBudget(gpus, graphs), ...advise(config, graphs)],
  };
}
