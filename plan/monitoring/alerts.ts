/** Alerts as Prometheus evaluates them. */
import type { MonitoringConfig } from "../../config/schema";

export interface Alert {
  /** Its runbook is docs/runbooks/<name>.md. */
  readonly name: string;
  readonly severity: "critical" | "warning";
  /** Component of a graph that has alerts for each one. */
  readonly component?: string;
  /** PromQL; the alert fires where it has a result. */
  readonly expr: string;
  /** Time that it must have one, as "5m". */
  readonly for: string;
  /** One line: what is wrong. May hold templates of Prometheus. */
  readonly summary: string;
  /** The effect on those who use it. */
  readonly description: string;
}

/** Alerts on one thing, which are evaluated together. */
export interface AlertGroup {
  /** Name of its PrometheusRule. */
  readonly name: string;
  readonly namespace: string;
  /** The graph that it is about, for alerts to be routed by. */
  readonly graph?: string;
  readonly alerts: readonly Alert[];
}

/** The PrometheusRule of a group, which the stack's Prometheus selects. */
export function prometheusRule(group: AlertGroup, { release, runbooks }: MonitoringConfig) {
  const { name, namespace } = group;
  return {
    metadata: { name: `dynamo-${name}`, namespace, labels: { release } },
    spec: prometheusRuleSpec(group, runbooks),
  };
}

/**
 * The spec of a PrometheusRule.
 * @param runbooks address, or path in the repository, of the folder with a page for each alert.
 */
export function prometheusRuleSpec({ name, namespace, graph, alerts }: AlertGroup, runbooks: string) {
  // A path of the repository is shown, but is no link.
  const link = /^https?:/.test(runbooks) ? "runbook_url" : "runbook";
  return {
    groups: [
      {
        name: `dynamo-${name}`,
        rules: alerts.map((alert) => ({
          alert: alert.name,
          expr: alert.expr,
          for: alert.for,
          labels: {
            severity: alert.severity,
            namespace, // aggregated series have none, and routes and silences go by it
            ...(graph !== undefined && { graph }),
            ...(alert.component !== undefined && { component: alert.component }),
          },
          annotations: {
            summary: alert.summary,
            description: alert.description,
            [link]: `${runbooks.replace(/\/$/, "")}/${alert.name}.md`,
          },
        })),
      },
    ],
  };
}
