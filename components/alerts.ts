import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { prometheusRuleSpec } from "../plan/monitoring/alerts";
import { type MonitoringArgs, type PlannedMonitoring, planMonitoring } from "./args/monitoring";
import { owned } from "./hooks/ownership";

/**
 * What the cluster's Prometheus alerts on, of graphs and of the NATS and etcd of their plane.
 * @example new Alerts("alerts", { graphs: [chat], discovery, monitoring: { runbooks: "https://example.com/runbooks" } })
 */
export class Alerts extends pulumi.ComponentResource {
  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: MonitoringArgs | PlannedMonitoring,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const planned = planMonitoring(`Alerts ${name}`, args);
    const { inputs: monitoring } = planned.part((all) => all.monitoring);
    const { release, runbooks } = monitoring;
    const groups = planned.shape.plan.alerts.map((group) => group.name);
    const { labels } = "plan" in args ? {} : args;
    super("dynamo:index:Alerts", name, { release, runbooks, groups }, owned(name, opts, labels));
    for (const [i, group] of groups.entries()) {
      const rule = planned.part(({ plan, monitoring: { release, runbooks } }) => {
        const alerts = plan.alerts[i] as (typeof plan.alerts)[number];
        return {
          metadata: { name: `dynamo-${group}`, namespace: alerts.namespace, labels: { release } },
          spec: prometheusRuleSpec(alerts, runbooks),
        };
      });
      new apiextensions.CustomResource(
        `${name}:${group}`, // no group's name has a colon: "a" and "b-c" are never taken for "a-b" and "c"
        { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", ...rule.inputs },
        { parent: this, aliases: [{ name: `${name}-${group}` }] },
      );
    }
    this.registerOutputs();
  }
}
