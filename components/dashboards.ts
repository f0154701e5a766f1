import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { DashboardPlan } from "../dashboards";

export interface DashboardsArgs {
  readonly dashboards: readonly DashboardPlan[];
}

/** Dashboards for Grafana, whose sidecar looks for ConfigMaps with this label in all namespaces. */
export class Dashboards extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { dashboards } = args;
    super("dynamo:index:Dashboards", name, { dashboards: dashboards.map((one) => one.name) }, opts);
    for (const { name: file, namespace, dashboard } of dashboards)
      new core.ConfigMap(
        `${name}-${file}`,
        {
          metadata: {
            name: file,
            namespace,
            labels: { grafana_dashboard: "1" },
            // A folder, where the sidecar is set to look at this; without effect elsewhere.
            annotations: { grafana_folder: "Dynamo" },
          },
          data: { [`${file}.json`]: sortedJson(dashboard) },
        },
        { parent: this },
      );
    this.registerOutputs();
  }
}

/** With sorted keys: a diff never comes from their order. */
function sortedJson(value: unknown): string {
  const sort = (_: string, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sort, 2);
}
