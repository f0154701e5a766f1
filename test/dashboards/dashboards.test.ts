import * as units from "@grafana/grafana-foundation-sdk/units";
import { stackConfig } from "../../config/schema";
import { dashboards } from "../../dashboards";
import { planStack } from "../../plan/stack";

const graph = (name: string) => ({ name, model: "m" });
const built = (config: object) =>
  dashboards(planStack(stackConfig.parse({ graphs: [graph("chat")], ...config })));
const titles = (config: object) => built(config).map(({ dashboard }) => dashboard.title);

interface Panel {
  readonly id?: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: object;
  readonly gridPos: { readonly x: number; readonly w: number; readonly y: number; readonly h: number };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit?: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
      readonly custom?: { readonly thresholdsStyle?: { readonly mode?: string } };
    };
  };
  readonly targets: readonly { readonly expr?: string; readonly instant?: boolean }[];
}

test("NATS and etcd have theirs where the stack runs them", () => {
  expect(titles({})).toEqual(["Dynamo inference (dynamo)"]);
  expect(titles({ discovery: { mode: "nats-etcd" } })).toEqual([
    "NATS overview",
    "etcd overview",
    "Dynamo inference (dynamo)",
  ]);
  const nats = { external: true, server: "nats://nats.example:4222" };
  expect(titles({ discovery: { mode: "nats-etcd", nats } })).toEqual([
    "etcd overview",
    "Dynamo inference (dynamo)",
  ]);
  expect(titles({ graphs: [] })).toEqual([]);
});

const all = [
  ...built({ graphs: [{ ...graph("chat"), prefill: {}, decode: {} }] }),
  ...built({ discovery: { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } } }),
  ...built({ discovery: { mode: "nats-etcd" }, runtime: { version: "1.6.1" } }),
];

describe.each(all.map((one, i) => [`${i} ${one.dashboard.title}`, one] as const))(
  "%s",
  (_, { name, dashboard }) => {
    const panels = dashboard.panels as unknown as Panel[];
    const charts = panels.filter(({ type }) => type !== "row");
    const known = Object.values(units) as string[];

    test("can be provisioned: a stable uid, read-only, and below the limit of a ConfigMap", () => {
      expect(dashboard.uid).toMatch(/^[a-z0-9-]{1,40}$/);
      expect(dashboard.editable).toBe(false);
      expect(name).toMatch(/^dynamo-/);
      expect(JSON.stringify(dashboard).length).toBeLessThan(500_000);
    });

    test("every panel has a description that says what is healthy, a unit and queries of the chosen Prometheus", () => {
      for (const panel of charts) {
        expect(panel.description?.length).toBeGreaterThan(20);
        expect([panel.title, panel.description]).toEqual([panel.title, expect.stringContaining("Healthy")]);
        expect(known).toContain(panel.fieldConfig.defaults.unit);
        expect(panel.datasource).toEqual({ type: "prometheus", uid: "$datasource" });
        expect(panel.targets.length).toBeGreaterThan(0);
      }
    });

    test("a threshold is a line of a chart, and a stat shows what is now", () => {
      for (const { title, type, fieldConfig, targets } of charts) {
        const { thresholds, custom } = fieldConfig.defaults;
        const style = type === "timeseries" && (thresholds?.steps.length ?? 0) > 1 ? "dashed" : undefined;
        expect([title, custom?.thresholdsStyle?.mode]).toEqual([title, style]);
        for (const { instant = false } of targets) expect([title, instant]).toEqual([title, type === "stat"]);
      }
    });

    test("panels have ids of their own and do not overlap", () => {
      const ids = panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(panels.length);
      const cells = charts.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      for (const { gridPos } of charts) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    });
  },
);

test("a graph is found by the names of its pods", () => {
  const inference = built({ graphs: [graph("chat"), graph("chat-2")] }).at(-1)?.dashboard;
  const variable = inference?.templating?.list?.find(({ name }) => name === "graph");
  const regex = new RegExp(String(variable?.regex).slice(1, -1));
  const graphOf = (pod: string) => regex.exec(pod)?.[1];
  expect(graphOf("chat-frontend-6c8-x2")).toBe("chat");
  expect(graphOf("chat-2-vllmworker-6c8-x2")).toBe("chat-2");
  expect(graphOf("chat-0-vllmworker-ldr-abcde")).toBe("chat");
  expect(graphOf("another-pod")).toBeUndefined();
});

const panelsOf = (config: object) =>
  built(config)
    .flatMap(({ dashboard }) => dashboard.panels as unknown as Panel[])
    .filter(({ type }) => type !== "row");
const panelOf = (title: string, config: object) => {
  const panel = panelsOf(config).find((one) => one.title === title);
  if (!panel) throw new Error(`no panel ${title}`);
  return panel;
};

test("thresholds are the strictest of the graphs' objectives", () => {
  const graphs = [
    { ...graph("chat"), objectives: { availability: 0.9, timeToFirstToken: 0.47 } },
    { ...graph("chat-2"), objectives: { availability: 0.999, timeToFirstToken: 10 } },
  ];
  const steps = (title: string) => panelOf(title, { graphs }).fieldConfig.defaults.thresholds?.steps;
  expect(steps("Time to first token")?.at(-1)?.value).toBe(0.47);
  expect(steps("Success")?.map(({ value }) => value)).toEqual([null, 0.9856, 0.994]);
});

test("values of NATS are shown while its server answers, and no longer", () => {
  const nats = panelsOf({ discovery: { mode: "nats-etcd", nats: { replicas: 3 } } });
  const gauges = nats
    .flatMap(({ title, targets }) => targets.map(({ expr = "" }) => ({ title, expr })))
    .filter(({ expr }) => /nats_(varz|connz)/.test(expr) && !/(rate|increase)\(/.test(expr));
  expect(gauges.length).toBeGreaterThan(8);
  for (const { title, expr } of gauges)
    expect([title, expr]).toEqual([title, expect.stringContaining("and on (pod) nats_healthz_status")]);
});

test("CPU of NATS is a share of what its members may use", () => {
  const exprs = (cpu: string) =>
    panelOf("CPU, as a share of its cores", { discovery: { mode: "nats-etcd", nats: { cpu } } }).targets[0]
      ?.expr;
  expect(exprs("500m")).toMatch(/ \/ 50$/);
  expect(exprs("2")).toMatch(/ \/ 200$/);
});
