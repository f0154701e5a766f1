import * as units from "@grafana/grafana-foundation-sdk/units";
import { stackConfig } from "../../config/schema";
import { dashboards } from "../../dashboards";
import { picture } from "../../dashboards/picture";
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
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
  readonly targets: readonly object[];
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
        expect(known).toContain(panel.fieldConfig.defaults.unit);
        expect(panel.datasource).toEqual({ type: "prometheus", uid: "$datasource" });
        expect(panel.targets.length).toBeGreaterThan(0);
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

    test("its picture shows every panel", () => {
      const svg = picture(dashboard);
      for (const { title } of panels) expect(svg).toContain(title.slice(0, 8).replaceAll("&", "&amp;"));
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
