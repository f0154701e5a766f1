/** A dashboard of rows of panels, each filled from left to right. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import type { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

type Variable = Parameters<DashboardBuilder["withVariable"]>[0];
type Annotation = Parameters<DashboardBuilder["annotation"]>[0];

interface Layout {
  readonly title: string;
  /** Stays the same for ever: links and Grafana's own notes refer to it. At most 40 characters. */
  readonly uid: string;
  readonly description: string;
  /** Beside the data source. */
  readonly variables?: readonly Variable[];
  readonly annotations?: readonly Annotation[];
  readonly rows: readonly {
    readonly title: string;
    readonly panels: readonly (StatBuilder | TimeseriesBuilder)[];
  }[];
}

/** The dashboard as Grafana reads it. */
export function dashboard({
  title,
  uid,
  description,
  variables = [],
  annotations = [],
  rows,
}: Layout): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["dynamo"])
    .refresh("30s")
    .time({ from: "now-1h", to: "now" })
    .timezone("browser")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder("datasource").label("data source").type("prometheus"));
  for (const variable of variables) builder.withVariable(variable);
  for (const annotation of annotations) builder.annotation(annotation);
  let id = 0;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(++id)); // without an id of their own, diffs would not be stable
    for (const panel of row.panels) builder.withPanel(panel.id(++id));
  }
  return builder.build();
}
