/** Panels as this project's dashboards have them. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import * as stats from "@grafana/grafana-foundation-sdk/stat";
import * as series from "@grafana/grafana-foundation-sdk/timeseries";
import { quorumOf } from "../plan/servers/members";

/** The Prometheus that the dashboard's variable names. */
export const datasource = { type: "prometheus", uid: "$datasource" };

/** A query of a panel. */
export interface Query {
  /** PromQL. */
  readonly expr: string;
  /** Name of the line, with labels as `{{pod}}`. */
  readonly legend: string;
  /** @default the next one of Grafana's palette */
  readonly color?: string;
}

/** From a value on, the colour that it has. */
interface Threshold {
  readonly from: number;
  readonly color: "green" | "orange" | "red";
}

/** A panel's title, queries and looks. */
export interface Panel {
  readonly title: string;
  /** Meaning of its values: which are healthy, and why there may be none. */
  readonly description: string;
  /** Grafana's id of the values' unit, such as `percentunit`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Below the first one all is well, or, where values fall when things go wrong, all is bad. */
  readonly thresholds?: readonly [base: Threshold["color"], ...steps: Threshold[]];
  /** Columns, of 24. */
  readonly width: number;
  /** Upper end of the axis. @default that of the values */
  readonly max?: number;
}

/** Red below the quorum of a number of members, and green where all are there. */
export function memberThresholds(replicas: number): Panel["thresholds"] {
  const quorum = quorumOf(replicas);
  return quorum === replicas
    ? ["red", { from: replicas, color: "green" }]
    : ["red", { from: quorum, color: "orange" }, { from: replicas, color: "green" }];
}

/** A panel of lines over time. */
export function timeseries(panel: Panel): series.PanelBuilder {
  const builder = common(new series.PanelBuilder(), panel, (query) => query.range())
    .height(7)
    .fillOpacity(10)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
  if (panel.thresholds)
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  for (const { legend, color } of panel.queries)
    if (color !== undefined)
      builder.overrideByName(legend, [{ id: "color", value: { mode: "fixed", fixedColor: color } }]);
  return builder;
}

/** A panel of what is now: a value that is gone is not shown. */
export function stat(panel: Panel & { readonly text?: "name" | "value" }): stats.PanelBuilder {
  return common(new stats.PanelBuilder(), panel, (query) => query.instant())
    .height(4)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(panel.text === "name" ? BigValueTextMode.Name : BigValueTextMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
}

/** Sets on a builder what panels of both kinds have. Grafana's SDK gives their builders no type in common. */
function common<Builder extends stats.PanelBuilder | series.PanelBuilder>(
  builder: Builder,
  panel: Panel,
  timed: (query: DataqueryBuilder) => DataqueryBuilder,
): Builder {
  const [base = "green", ...steps] = panel.thresholds ?? [];
  builder
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .min(0)
    .span(panel.width)
    .thresholds(
      new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([{ value: null, color: base }, ...steps.map(({ from, color }) => ({ value: from, color }))]),
    );
  if (panel.max !== undefined) builder.max(panel.max);
  for (const [i, { expr, legend }] of panel.queries.entries())
    builder.withTarget(
      timed(new DataqueryBuilder())
        .refId(String.fromCharCode(65 + i))
        .expr(expr)
        .legendFormat(legend),
    );
  return builder;
}
