import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { type AlertGroup, prometheusRule } from "../plan/monitoring/alerts";
import { certificateAlerts, certificatesGroup } from "../plan/monitoring/certificateAlerts";
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
    const make = (
      group: string,
      manifest: Record<"metadata" | "spec", pulumi.Input<object>>,
      alias?: string,
    ) =>
      new apiextensions.CustomResource(
        `${name}:${group}`, // no group's name has a colon: "a" and "b-c" are never taken for "a-b" and "c"
        { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", ...manifest },
        { parent: this, ...(alias !== undefined && { aliases: [{ name: alias }] }) },
      );
    for (const [i, group] of groups.entries()) {
      const rule = planned.part(({ plan, monitoring }) =>
        prometheusRule(plan.alerts[i] as AlertGroup, monitoring),
      );
      make(group, rule.inputs, `${name}-${group}`);
    }
    const expiry = "plan" in args ? args.certificatesExpire : args.discovery?.certificatesExpire;
    if (expiry) {
      // Policies refuse what is not known as a whole: of these rules the expressions alone are not.
      const ruleUntil = ({ plan, monitoring }: PlannedMonitoring, moment: number) =>
        prometheusRule(certificateAlerts(plan.namespace.name, moment), monitoring);
      const rulesUntil = (all: PlannedMonitoring, moment: number) =>
        ruleUntil(all, moment).spec.groups.flatMap((group) => group.rules);
      const { metadata } = planned.part((all) => ruleUntil(all, Number.NaN)).inputs;
      const rules = planned
        .each((all) => rulesUntil(all, Number.NaN))
        .map(({ inputs }, i) => ({
          ...inputs,
          expr: planned.after(expiry, (all, moment) => rulesUntil(all, moment)[i]?.expr ?? ""),
        }));
      make(certificatesGroup, {
        metadata,
        spec: { groups: [{ name: `dynamo-${certificatesGroup}`, rules }] },
      });
    }
    this.registerOutputs();
  }
}
