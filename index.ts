import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { clusterProvider } from "./components/cluster";
import { DiscoveryPlane } from "./components/discoveryPlane";
import { DynamoGraph } from "./components/dynamoGraph";
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
  const discovery = new DiscoveryPlane("discovery", plan.discovery, { provider });
  const prerequisites: pulumi.Resource[] = [discovery];

  const { name: namespace, create } = plan.namespace;
  if (create)
    prerequisites.push(new core.Namespace("namespace", { metadata: { name: namespace } }, { provider }));
  if (huggingFaceToken) {
    const secrets = { namespace, names: plan.huggingFaceSecrets, token: huggingFaceToken };
    prerequisites.push(
      new HuggingFaceSecrets("hugging-face", secrets, { provider, dependsOn: [...prerequisites] }),
    );
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
    services: plan.graphs.flatMap(({ components }) => components),
  };
};
