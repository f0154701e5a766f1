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

/** What the dashboards' variables choose from, and their annotations, in the same way. */
export function otherQueries(plan: StackPlan): PanelQuery[] {
  return dashboards(plan).flatMap(({ dashboard: { title, templating, annotations } }) => {
    const values = variables({ templating });
    const queries = [
      // `label_values(series, label)` of Grafana has a value where the series has the label.
      ...(templating?.list ?? []).map(({ name, query }) => {
        const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec(String(query)) ?? [];
        return { name, expr: series && `count by (${label}) (${series})` };
      }),
      ...(annotations?.list ?? []).map(({ name, ...rest }) => ({
        name,
        expr: (rest as { expr?: string }).expr,
      })),
    ];
    return queries.flatMap(({ name, expr }) =>
      expr === undefined
        ? []
        : [{ where: `${title} / ${name}`, description: "", expr: fillIn(expr, values) }],
    );
  });
}

/** What Grafana puts in the place of its variables when all is selected. */
function variables({ templating }: Pick<Dashboard, "templating">): Record<string, string> {
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
