import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Alerts } from "./components/alerts";
import { clusterProvider } from "./components/cluster";
import { Dashboards } from "./components/dashboards";
import { DiscoveryPlane } from "./components/discoveryPlane";
import { DynamoGraph } from "./components/dynamoGraph";
import { refuseToChangeFixedSettings } from "./components/fixedSettings";
import { HuggingFaceSecrets } from "./components/huggingFaceSecrets";
import { PodMonitors } from "./components/podMonitors";
import { alignScalingAdapters } from "./components/scalingAdapters";
import { explainWaitingPods } from "./components/waitingPods";
import { loadConfig, refusal } from "./config/load";
import { dashboards } from "./dashboards";
import { gpuQuota } from "./plan/budget";
import { planStack } from "./plan/stack";

interface Listener {
  warn(message: string): void;
  /** Hears why the plan must not be made. */
  refuse(reason: string): void;
}

/** By default warnings go to Pulumi's log, and a refusal ends the program before anything is made. */
const pulumiItself: Listener = {
  warn: (message) => void pulumi.log.warn(message),
  refuse: (reason) => {
    throw refusal(reason);
  },
};

/** The program: what it returns are the stack's outputs. */
export = function dynamo({ warn, refuse }: Listener = pulumiItself) {
  const { huggingFaceToken, ...config } = loadConfig();
  const plan = planStack(config);
  for (const warning of plan.warnings) warn(warning);
  if (plan.refusal !== undefined) refuse(plan.refusal);

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
    prerequisites.push(
      new core.ResourceQuota("gpu-budget", gpuQuota(namespace, plan.gpus.budget), inNamespace),
    );
  if (huggingFaceToken) {
    const secrets = { namespace, names: plan.huggingFaceSecrets, token: huggingFaceToken };
    prerequisites.push(new HuggingFaceSecrets("hugging-face", secrets, inNamespace));
  }

  const opts = { provider, dependsOn: prerequisites };
  const { context } = config.cluster;
  const hooks = {
    onError: explainWaitingPods("waiting-pods", context),
    beforeUpdate: alignScalingAdapters("scaling-adapters", context),
  };
  const graphs = plan.graphs.map((graph) => ({
    graph,
    component: new DynamoGraph(graph.name, { plan: graph, ...hooks }, opts),
  }));
  const { release, runbooks } = config.monitoring;
  const shown = dashboards(plan);
  new PodMonitors("monitors", { release, podMonitors: plan.podMonitors }, opts);
  new Alerts("alerts", { release, runbooks, groups: plan.alerts }, opts);
  new Dashboards("dashboards", { dashboards: shown }, opts);

  return {
    discoveryMode: plan.discovery.mode,
    endpoints: Object.fromEntries(graphs.map(({ graph, component }) => [graph.name, component.endpoint])),
    gpus: plan.gpus,
    servers: plan.discovery.summary,
    monitoring: {
      dashboards: shown.map(({ dashboard }) => dashboard.title),
      alerts: Object.fromEntries(
        plan.alerts.map(({ name, alerts }) => [name, [...new Set(alerts.map((alert) => alert.name))]]),
      ),
    },
    services: plan.graphs.flatMap(({ components }) => components),
  };
};
