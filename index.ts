/** The program: the components of a stack's config, planned together. What it returns are the stack's outputs. */
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { Alerts } from "./components/alerts";
import { type Audience, log } from "./components/audience";
import { clusterProvider } from "./components/cluster";
import { Dashboards } from "./components/dashboards";
import { DiscoveryPlane } from "./components/discoveryPlane";
import { dynamoGraphs } from "./components/dynamoGraphs";
import { deployedStack } from "./components/hooks/deployedStack";
import { deleteOrphanGraphs, refuseWhatIsInTheWay } from "./components/hooks/interruptedGraphs";
import { refuseMissingNamespaces } from "./components/hooks/missingNamespaces";
import { refuseToLoseNamespace } from "./components/hooks/namespaceLoss";
import { owned } from "./components/hooks/ownership";
import { refuseWrongPlatform } from "./components/hooks/platform";
import { canLook, preflight } from "./components/hooks/preflight";
import { thisOwner } from "./components/hooks/thisStack";
import { transformObjects } from "./components/hooks/transforms";
import { HuggingFaceSecrets } from "./components/huggingFaceSecrets";
import { plannedObjects } from "./components/plannedObjects";
import { Platform } from "./components/platform";
import { PodMonitors } from "./components/podMonitors";
import { loadConfig } from "./config/load";
import { budgetQuota } from "./plan/budget";
import { summariseGraphs, summariseServices } from "./plan/graph/summary";
import { refusedTransforms } from "./plan/objectTransforms";
import { summarisePlatform } from "./plan/platform";
import { planStack } from "./plan/stack";

/** @param audience hears of the plan before anything is made. */
export = async function dynamo(audience: Audience = log) {
  const { huggingFaceToken, ...config } = loadConfig();
  const cluster = async () => config.cluster;
  const { graphs: before, cluster: sameCluster } = await deployedStack(config.cluster, cluster);
  const plan = planStack(config, before);
  const looks = await canLook(cluster); // then preflight knows better what the runtime requires
  for (const warning of plan.warnings) audience.warn(warning);
  for (const requirement of plan.requirements)
    if (!looks || !plan.runtime.requirements.includes(requirement)) audience.need(requirement);
  audience.inform(plan);
  const objects = () => plannedObjects(plan, config, huggingFaceToken !== undefined);
  const refusals = [...plan.refusals, ...refusedTransforms(config.transform, objects, plan.gpus)];
  if (refusals.length > 0) audience.refuse(refusals.join("\n"));
  await Promise.all([
    refuseToLoseNamespace(plan, cluster),
    refuseMissingNamespaces(plan, cluster),
    refuseWhatIsInTheWay(plan, before, cluster),
    refuseWrongPlatform(plan.platform, cluster),
  ]);

  transformObjects(config.transform);
  const provider = clusterProvider("cluster", config.cluster);
  const { name: namespace, create } = plan.namespace;
  const own = (name: string) => owned(name, { provider });
  const dependsOn: pulumi.Resource[] = create
    ? [new core.Namespace("namespace", { metadata: { name: namespace } }, own("namespace"))]
    : [];
  const inNamespace = { provider, dependsOn: [...dependsOn] };
  if (plan.platform)
    dependsOn.push(
      new Platform(
        "platform",
        { plan: plan.platform },
        plan.platform.namespace === namespace ? inNamespace : { provider },
      ),
    );
  const discovery = new DiscoveryPlane("discovery", { plan: plan.discovery, namespace }, inNamespace);
  dependsOn.push(discovery);
  if (plan.gpus.budget !== undefined) {
    const quota = budgetQuota(namespace, plan.gpus);
    dependsOn.push(new core.ResourceQuota("gpu-budget", quota, { ...own("gpu-budget"), ...inNamespace }));
  }
  if (huggingFaceToken) {
    const secrets = { namespace, names: plan.huggingFaceSecrets, token: huggingFaceToken };
    dependsOn.push(new HuggingFaceSecrets("hugging-face", secrets, inNamespace));
  }

  const opts = { provider, dependsOn };
  const graphs = dynamoGraphs(plan, before, opts);
  const { certificatesExpire } = discovery;
  const watched = { plan, monitoring: config.monitoring, certificatesExpire };
  new PodMonitors("monitors", watched, opts);
  new Alerts("alerts", watched, opts);
  const { titles } = new Dashboards("dashboards", watched, opts);
  if (looks) await preflight(config, cluster, audience);

  return {
    discoveryMode: plan.discovery.mode,
    runtime: config.runtime.version,
    owner: thisOwner(),
    cluster: sameCluster,
    // The next update takes these for what there is.
    graphs: pulumi.all([...graphs.values()].map(({ reached }) => reached)).apply(async () => {
      await deleteOrphanGraphs(plan, before, cluster);
      return summariseGraphs(plan.graphs, plan.runtime);
    }),
    endpoints: Object.fromEntries(
      plan.graphs.flatMap(({ name, frontend }) => (frontend ? [[name, graphs.get(name)?.endpoint]] : [])),
    ),
    gpus: plan.gpus,
    servers: plan.discovery.summary,
    ...(plan.platform && { platform: summarisePlatform(plan.platform) }),
    monitoring: {
      dashboards: titles,
      alerts: Object.fromEntries(
        plan.alerts.map(({ name, alerts }) => [name, [...new Set(alerts.map((alert) => alert.name))]]),
      ),
    },
    services: summariseServices(plan.graphs),
    // For the policies, which see no object as it was. In the state it would speak of an update long past.
    ...(pulumi.runtime.isDryRun() && plan.changesInPlace.length > 0
      ? { changesInPlace: plan.changesInPlace }
      : {}),
  };
};
