import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { clusterProvider } from "./components/cluster";
import { DiscoveryPlane } from "./components/discoveryPlane";
import { DynamoGraph } from "./components/dynamoGraph";
import { refuseToChangeFixedSettings } from "./components/fixedSettings";
import { HuggingFaceSecrets } from "./components/huggingFaceSecrets";
import { PodMonitors } from "./components/podMonitors";
import { alignScalingAdapters } from "./components/scalingAdapters";
import { explainWaitingPods } from "./components/waitingPods";
import { loadConfig } from "./config/load";
import { planStack } from "./plan/stack";

/** The program: what it returns are the stack's outputs. Warnings go to Pulumi's log, or where a command wants them. */
export = function dynamo(warn: (message: string) => void = pulumi.log.warn) {
  const { huggingFaceToken, ...config } = loadConfig();
  const plan = planStack(config);
  for (const warning of plan.warnings) warn(warning);

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
  const { release } = config.monitoring;
  new PodMonitors("monitors", { release, podMonitors: plan.podMonitors }, opts);

  return {
    discoveryMode: plan.discovery.mode,
    endpoints: Object.fromEntries(graphs.map(({ graph, component }) => [graph.name, component.endpoint])),
    gpus: {
      total: plan.gpus,
      byGraph: Object.fromEntries(plan.graphs.map(({ name, gpus }) => [name, gpus])),
    },
    servers: plan.discovery.summary,
    services: plan.graphs.flatMap(({ components }) => components),
  };
};
