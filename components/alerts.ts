import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { type AlertGroup, prometheusRuleSpec } from "../plan/monitoring/alerts";

export interface AlertsArgs {
  /** Helm release of kube-prometheus-stack: its Prometheus selects PrometheusRules by this label. */
  readonly release: string;
  /** Address of the folder docs/runbooks. */
  readonly runbooks: string;
  readonly groups: readonly AlertGroup[];
}

/** What the cluster's Prometheus alerts on. */
export class Alerts extends pulumi.ComponentResource {
  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { release, runbooks, groups } = args;
    super(
      "dynamo:index:Alerts",
      name,
      { release, runbooks, groups: groups.map((group) => group.name) },
      opts,
    );
    for (const group of groups)
      new apiextensions.CustomResource(
        `${name}-${group.name}`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PrometheusRule",
          metadata: { name: `dynamo-${group.name}`, namespace: group.namespace, labels: { release } },
          spec: prometheusRuleSpec(group, runbooks),
        },
        { parent: this },
      );
    this.registerOutputs();
  }
}
