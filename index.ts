/** The program: the components of a stack's config, planned together. What it returns are the stack's outputs. */
import { Alerts } from "./components/alerts";
import { type Audience, log } from "./components/audience";
import { clusterProvider } from "./components/cluster";
import { Dashboards } from "./components/dashboards";
import { dynamoGraphs } from "./components/dynamoGraphs";
import { groundwork } from "./components/groundwork";
import { deployedStack } from "./components/hooks/deployedStack";
import { deleteOrphanGraphs } from "./components/hooks/interruptedGraphs";
import { canLook, preflight } from "./components/hooks/preflight";
import { announce, refuseWhatClusterForbids } from "./components/hooks/refusals";
import { transformObjects } from "./components/hooks/transforms";
import { PodMonitors } from "./components/podMonitors";
import { stackOutputs } from "./components/stackOutputs";
import { loadConfig } from "./config/load";
import { planStack } from "./plan/stack";

/** @param audience hears of the plan before anything is made. */
export = async function dynamo(audience: Audience = log) {
  const { huggingFaceToken, ...config } = loadConfig();
  const cluster = async () => config.cluster;
  const { graphs: before, cluster: sameCluster } = await deployedStack(config.cluster, cluster);
  const plan = planStack(config, before);
  const looks = await canLook(cluster);
  announce(plan, config, huggingFaceToken !== undefined, audience);
  // Where the cluster can be looked at, preflight knows better what the runtime requires.
  for (const requirement of plan.requirements)
    if (!looks || !plan.runtime.requirements.includes(requirement)) audience.need(requirement);
  await refuseWhatClusterForbids(plan, before, cluster);

  transformObjects(config.transform);
  const provider = clusterProvider("cluster", config.cluster);
  const { discovery, dependsOn } = groundwork(plan, huggingFaceToken, provider);
  const opts = { provider, dependsOn: [...dependsOn] };
  const graphs = dynamoGraphs(plan, before, opts);
  const { certificatesExpire } = discovery;
  const watched = { plan, monitoring: config.monitoring, certificatesExpire };
  new PodMonitors("monitors", watched, opts);
  new Alerts("alerts", watched, opts);
  const { titles } = new Dashboards("dashboards", watched, opts);
  if (looks) await preflight(config, cluster, audience);

  const clearUp = () => deleteOrphanGraphs(plan, before, cluster);
  return stackOutputs(plan, { graphs, titles, cluster: sameCluster, clearUp });
};
