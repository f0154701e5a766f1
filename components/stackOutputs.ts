/** Outputs of a stack. */
import * as pulumi from "@pulumi/pulumi";
import { summariseGraphs, summariseServices } from "../plan/graph/summary";
import { summarisePlatform } from "../plan/platform";
import type { StackPlan } from "../plan/stack";
import type { DynamoGraph } from "./dynamoGraph";
import type { DeployedCluster } from "./hooks/deployedStack";
import { thisOwner } from "./hooks/thisStack";

/** What has been made of a plan. */
interface Made {
  /** By their names in the config. */
  readonly graphs: ReadonlyMap<string, DynamoGraph>;
  /** Of the dashboards. */
  readonly titles: pulumi.Output<string[]>;
  readonly cluster: DeployedCluster;
  /** Is waited for when the graphs are reached, before the state has them. */
  readonly clearUp: () => Promise<void>;
}

/** What `pulumi stack output` shows, and the next update and commands go by. */
export function stackOutputs(plan: StackPlan, { graphs, titles, cluster, clearUp }: Made) {
  return {
    discoveryMode: plan.discovery.mode,
    runtime: plan.runtime.version,
    owner: thisOwner(),
    cluster,
    // The next update takes these for what there is.
    graphs: pulumi.all([...graphs.values()].map(({ reached }) => reached)).apply(async () => {
      await clearUp();
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
}
