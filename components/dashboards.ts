import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { type DashboardPlan, dashboards } from "../dashboards";
import { type MonitoringArgs, type PlannedMonitoring, planMonitoring } from "./args/monitoring";
import { owned } from "./hooks/ownership";

/**
 * Dashboards for Grafana, whose sidecar looks for ConfigMaps with this label in all namespaces: of graphs, and of the NATS
 * and etcd of their plane.
 * @example new Dashboards("dashboards", { graphs: [chat], discovery })
 */
export class Dashboards extends pulumi.ComponentResource {
  /** Their titles. */
  readonly titles: pulumi.Output<string[]>;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: MonitoringArgs | PlannedMonitoring,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const planned = planMonitoring(`Dashboards ${name}`, args);
    const plans = planned.part(({ plan }) => dashboards(plan)).each((all) => all);
    const names = plans.map((plan) => plan.part((one) => one.name).input);
    const { labels } = "plan" in args ? {} : args;
    super("dynamo:index:Dashboards", name, { dashboards: names }, owned(name, opts, labels));
    for (const plan of plans) {
      const { part, name: file } = plan.shape;
      new core.ConfigMap(`${name}-${part}`, plan.part(dashboardConfigMap).inputs, {
        parent: this,
        ...(part !== file && { aliases: [{ name: `${name}-${file}` }] }),
      });
    }
    this.titles = pulumi.all(
      plans.map((plan) => plan.part(({ name, dashboard }) => dashboard.title ?? name).input),
    );
    this.registerOutputs({ titles: this.titles });
  }
}

/** The object of a dashboard. */
export function dashboardConfigMap({ name, namespace, dashboard }: DashboardPlan) {
  return {
    metadata: {
      name,
      namespace,
      labels: { grafana_dashboard: "1" },
      // A folder, where the sidecar is set to look at this; without effect elsewhere.
      annotations: { grafana_folder: "Dynamo" },
    },
    data: { [`${name}.json`]: sortedJson(dashboard) },
  };
}

/** With sorted keys: a diff never comes from their order. */
function sortedJson(value: unknown): string {
  const sort = (_: string, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sort, 2);
}
