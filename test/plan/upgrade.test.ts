/** Which changes of the runtime's version are made in place, and which need a graph beside the old one. */
import { stackConfig } from "../../config/schema";
import { summariseGraphs } from "../../plan/graph/summary";
import { planStack } from "../../plan/stack";
import type { DeployedGraphs } from "../../plan/switchover";

/** A graph that is deployed with one version, and is planned with another. */
function refusals(from: string, to: string, graph: object = {}, next: object = {}): readonly string[] {
  const plan = (version: string, more: object, deployed?: DeployedGraphs) =>
    planStack(
      stackConfig.parse({
        runtime: { version },
        platform: { apiVersion: "v1alpha1" },
        graphs: [{ name: "chat", model: "m", ...graph, ...more }],
      }),
      deployed,
    );
  const before = plan(from, {});
  return plan(to, next, summariseGraphs(before.graphs, before.runtime)).refusals;
}

const kv = { router: { mode: "kv" } };

test.each([
  ["0.8.0", "0.8.1", {}],
  ["0.8.1", "0.9.1", {}],
  ["0.9.1", "1.0.2", {}],
  ["1.6.1", "1.5.0", {}],
  ["1.3.1", "1.4.2", {}],
  ["1.3.1", "1.4.2", { router: { mode: "kv", index: "approximate" } }],
  ["1.2.1", "1.3.1", kv],
])("from %s to %s in place", (from, to, graph) => expect(refusals(from, to, graph)).toEqual([]));

test.each([
  [
    "0.8.1",
    "1.6.1",
    {},
    /pods of runtime 0\.8\.1 and 1\.6\.1 at the same time, which are more than one minor/,
  ],
  ["1.4.2", "1.6.1", {}, /more than one minor release apart/],
  ["1.4.2", "1.2.1", {}, /more than one minor release apart/],
  ["1.3.1", "1.4.2", kv, /whose routers don't hear the KV events/],
  ["1.4.2", "1.3.1", kv, /whose routers don't hear the KV events/],
])("from %s to %s beside the old graph alone, %j", (from, to, graph, why) => {
  expect(refusals(from, to, graph)).toEqual([expect.stringMatching(why)]);
  expect(refusals(from, to, graph)[0]).toMatch(/graph chat .*raise its revision in dynamo:graphs by one/);
  expect(refusals(from, to, graph, { revision: 2 })).toEqual([]);
});

test("graphs whose release is not told are let through", () => {
  const config = stackConfig.parse({ runtime: { version: "1.6.1" }, graphs: [{ name: "chat", model: "m" }] });
  const plan = planStack(config);
  const { runtime: _, ...chat } = summariseGraphs(plan.graphs, plan.runtime).chat ?? {};
  expect(planStack(config, { chat } as unknown as DeployedGraphs).refusals).toEqual([]);
});

describe("what is changed in place is told, with the way beside it", () => {
  const plan = (version: string, graph: object, deployed: DeployedGraphs = {}) =>
    planStack(
      stackConfig.parse({ runtime: { version }, graphs: [{ name: "chat", model: "m", ...graph }] }),
      deployed,
    );
  const warnings = (from: string, to: string, graph: object = {}) => {
    const before = plan(from, { servedModelName: "assistant" });
    const deployed = summariseGraphs(before.graphs, before.runtime);
    return plan(to, { servedModelName: "assistant", ...graph }, deployed).warnings;
  };

  test.each([
    ["1.6.0", "1.6.1", {}, []],
    [
      "1.5.1",
      "1.6.1",
      {},
      [/graph chat goes from runtime 1\.5\.1 to 1\.6\.1 in place: .*dynamo:graphs\[0\]\.revision/],
    ],
    ["1.6.1", "1.6.1", { model: "n" }, [/graph chat changes its model in place, from m to n: .*\.revision/]],
    ["1.5.1", "1.6.1", { revision: 2, model: "n" }, []],
    ["1.4.2", "1.6.1", {}, [/deprecation/, /stays in v1alpha1/]], // that is refused
  ])("%s to %s, %j", (from, to, graph, expected) =>
    expect(warnings(from, to, graph)).toEqual(expected.map((line) => expect.stringMatching(line))),
  );
});
