import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Alerts } from "./components/alerts";
import { clusterProvider } from "./components/cluster";
import { Dashboards } from "./components/dashboards";
import { deployedGraphs } from "./components/deployedGraphs";
import { DiscoveryPlane } from "./components/discoveryPlane";
import { dynamoGraphs } from "./components/dynamoGraphs";
import { drainFrontends } from "./components/hooks/drainFrontends";
import { refuseToChangeFixedSettings } from "./components/hooks/fixedSettings";
import { deleteOrphanGraphs, refuseWhatIsInTheWay } from "./components/hooks/interruptedGraphs";
import { ownObjects } from "./components/hooks/ownership";
import { untilReady } from "./components/hooks/readyGraphs";
import { alignScalingAdapters } from "./components/hooks/scalingAdapters";
import { explainWaitingPods } from "./components/hooks/waitingPods";
import { HuggingFaceSecrets } from "./components/huggingFaceSecrets";
import { PodMonitors } from "./components/podMonitors";
import { loadConfig, refusal } from "./config/load";
import { dashboards } from "./dashboards";
import { gpuQuota } from "./plan/budget";
import type { GraphPlan } from "./plan/graph/graphPlan";
import { summariseGraphs, summariseServices } from "./plan/graph/summary";
import { planStack } from "./plan/stack";
import type { DeployedGraphs, SwitchoverPlan } from "./plan/switchover";

interface Surroundings {
  warn(message: string): void;
  /** Hears why the plan must not be made. */
  refuse(reason: string): void;
  /** Hears how graphs will be replaced. */
  inform(switchover: SwitchoverPlan): void;
  /** The graphs that the stack has now. */
  deployed(): Promise<DeployedGraphs>;
  /** Ends the program where the cluster is not fit for the plan yet. */
  check: typeof refuseWhatIsInTheWay;
  /** Ends when a graph is Ready that was made or changed since the stack's last update, and throws where it is not in time. */
  untilReady: typeof untilReady;
  /** Ends what is neither of these nor of the plan, when the plan's are Ready. */
  tidy(graphs: readonly GraphPlan[], deployed: DeployedGraphs, context: string | undefined): Promise<void>;
}

/** By default warnings go to Pulumi's log, and a refusal ends the program before anything is made. */
const pulumiItself: Surroundings = {
  warn: (message) => void pulumi.log.warn(message),
  refuse: (reason) => {
    throw refusal(reason);
  },
  inform: ({ kind, steps, peak }) => {
    const list = steps.map((step, i) => `${i + 1}. ${step}`).join("\n");
    if (steps.length > 0) void pulumi.log.info(`${kind}, with ${peak} GPUs at its peak:\n${list}`);
  },
  deployed: () => deployedGraphs("deployed"),
  check: refuseWhatIsInTheWay,
  untilReady,
  tidy: deleteOrphanGraphs,
};

/** The program: what it returns are the stack's outputs. */
export = async function dynamo(surroundings: Surroundings = pulumiItself) {
  const { warn, refuse, inform, deployed, check, tidy } = surroundings;
  const { huggingFaceToken, ...config } = loadConfig();
  const before = await deployed();
  const plan = planStack(config, before);
  for (const warning of plan.warnings) warn(warning);
  inform(plan.switchover);
  if (plan.refusals.length > 0) refuse(plan.refusals.join("\n"));

  const { context } = config.cluster;
  await check(plan, before, context);
  ownObjects("ownership", context);
  const provider = clusterProvider("cluster", config.cluster);
  const { name: namespace, create } = plan.namespace;
  const inNamespace = {
    provider,
    dependsOn: create
      ? [new core.Namespace("namespace", { metadata: { name: namespace } }, { provider })]
      : [],
  };
  const prerequisites: pulumi.Resource[] = [
    new DiscoveryPlane(
      "discovery",
      { plan: plan.discovery, namespace, beforeUpdate: refuseToChangeFixedSettings("fixed-settings") },
      inNamespace,
    ),
  ];
  if (plan.gpus.budget !== undefined)
    prerequisites.push(new core.ResourceQuota("gpu-budget", gpuQuota(namespace, plan.gpus), inNamespace));
  if (huggingFaceToken) {
    const secrets = { namespace, names: plan.huggingFaceSecrets, token: huggingFaceToken };
    prerequisites.push(new HuggingFaceSecrets("hugging-face", secrets, inNamespace));
  }

  const opts = { provider, dependsOn: prerequisites };
  const hooks = {
    onError: explainWaitingPods("waiting-pods", context, plan.switchover),
    beforeUpdate: alignScalingAdapters("scaling-adapters", context),
    afterMove: drainFrontends("drain-frontends", context),
    untilReady: (graph: GraphPlan) => surroundings.untilReady(graph, before, plan.switchover, context),
  };
  const graphs = dynamoGraphs(plan, hooks, opts);
  const { release, runbooks } = config.monitoring;
  const shown = dashboards(plan);
  new PodMonitors("monitors", { release, podMonitors: plan.podMonitors }, opts);
  new Alerts("alerts", { release, runbooks, groups: plan.alerts }, opts);
  new Dashboards("dashboards", { dashboards: shown }, opts);

  return {
    discoveryMode: plan.discovery.mode,
    runtime: config.runtime.version,
    // The next update takes these for what there is.
    graphs: pulumi.all([...graphs.values()].map(({ reached }) => reached)).apply(async () => {
      await tidy(plan.graphs, before, context);
      return summariseGraphs(plan.graphs, plan.discovery.mode);
    }),
    endpoints: Object.fromEntries(
      plan.graphs.flatMap(({ name }) => {
        const endpoint = graphs.get(name)?.endpoint;
        return endpoint ? [[name, endpoint]] : [];
      }),
    ),
    gpus: plan.gpus,
    servers: plan.discovery.summary,
    monitoring: {
      dashboards: shown.map(({ dashboard }) => dashboard.title),
      alerts: Object.fromEntries(
        plan.alerts.map(({ name, alerts }) => [name, [...new Set(alerts.map((alert) => alert.name))]]),
      ),
    },
    services: summariseServices(plan.graphs),
  };
};
