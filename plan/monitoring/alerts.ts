/** Alerts as Prometheus evaluates them. */

export interface Alert {
  /** Its runbook is docs/runbooks/<name>.md. */
  readonly name: string;
  readonly severity: "critical" | "warning";
  /** Fires where this has a result. */
  readonly expr: string;
  /** How long it must have one, as "5m". */
  readonly for: string;
  /** One line: what is wrong. May hold templates of Prometheus. */
  readonly summary: string;
  /** What that means for those who use it. */
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

/**
 * The spec of a PrometheusRule.
 * @param runbooks address of the folder with a page for each alert.
 */
export function prometheusRuleSpec({ name, graph, alerts }: AlertGroup, runbooks: string) {
  return {
    groups: [
      {
        name: `dynamo-${name}`,
        rules: alerts.map((alert) => ({
          alert: alert.name,
          expr: alert.expr,
          for: alert.for,
          labels: { severity: alert.severity, ...(graph !== undefined && { graph }) },
          annotations: {
            summary: alert.summary,
            description: alert.description,
            runbook_url: `${runbooks.replace(/\/$/, "")}/${alert.name}.md`,
          },
        })),
      },
    ],
  };
}
