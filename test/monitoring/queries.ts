/** Every query that a stack's dashboards and alerts ask Prometheus. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { parser } from "@prometheus-io/lezer-promql";
import { dashboards } from "../../dashboards";
import type { StackPlan } from "../../plan/stack";

export interface PanelQuery {
  /** `NATS overview / Health / Members up` */
  readonly where: string;
  readonly description: string;
  readonly expr: string;
}

interface Panel {
  readonly description?: string;
  readonly type?: string;
  readonly title?: string;
  readonly targets?: readonly { readonly expr?: string }[];
}

/** The queries of all panels, with Grafana's variables filled in. */
export function panelQueries(plan: StackPlan, rateInterval = "1m"): PanelQuery[] {
  return dashboards(plan).flatMap(({ dashboard }) => {
    const values = { ...variables(dashboard), __rate_interval: rateInterval };
    return (dashboard.panels as readonly Panel[]).flatMap(({ title, description = "", targets = [] }) =>
      targets.map(({ expr = "" }) => ({
        where: `${dashboard.title?.replace(/ \(.*/, "")} / ${title}`,
        description,
        expr: fillIn(expr, values),
      })),
    );
  });
}

/** What Grafana puts in the place of its variables when all is selected. */
function variables({ templating }: Dashboard): Record<string, string> {
  const chosen = (templating?.list ?? []).map(({ name, allValue, current }) => [
    name,
    allValue ?? String(current?.value ?? ""),
  ]);
  return Object.fromEntries(chosen);
}

export function fillIn(expr: string, values: Readonly<Record<string, string>>): string {
  return expr.replaceAll(/\$(\w+)/g, (variable, name) =>
    /^\d+$/.test(name) ? variable : (values[name] ?? variable),
  );
}

/** Where a query is no PromQL; empty where it is. */
export function syntaxErrors(expr: string): string[] {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`at ${from}: ${expr.slice(from, to) || "something is missing"}`);
    },
  });
  return errors;
}

/** Names of the metrics that a query asks for. */
export function metricsOf(expr: string): string[] {
  const names = new Set<string>([...expr.matchAll(/__name__="([^"]+)"/g)].map(([, name]) => name ?? ""));
  parser.parse(expr).iterate({
    enter: ({ name, node }) => {
      const identifier = name === "VectorSelector" ? node.getChild("Identifier") : null;
      if (identifier) names.add(expr.slice(identifier.from, identifier.to));
    },
  });
  return [...names];
}
