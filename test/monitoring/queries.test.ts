import { readStack } from "../../config/project";
import { releases } from "../../config/runtime/releases";
import { stackConfig } from "../../config/schema";
import type { GraphPlan } from "../../plan/graph/graphPlan";
import { planStack } from "../../plan/stack";
import { onRuntime } from "../config/runtimes";
import { metricsOf, otherQueries, panelQueries, syntaxErrors } from "./queries";

const graph = { name: "chat", model: "m" };
const stack = (config: object, graphs: object[]) => planStack(stackConfig.parse({ ...config, graphs }));
const split = { ...graph, prefill: {}, decode: { replicas: 2 } };
const served = [graph, { name: "vision", model: "Org/Other-1.5", servedBy: "chat" }];
const plans = {
  dev: planStack(readStack("dev").settings),
  prod: planStack(readStack("prod").settings),
  "prod on runtime 1.6": planStack(onRuntime(readStack("prod").settings, "1.6.1")),
  "single members": planStack(stackConfig.parse({ discovery: { mode: "nats-etcd" }, graphs: [graph] })),
  ...Object.fromEntries(
    [...releases.values()]
      .filter(({ kubernetesDiscovery }) => kubernetesDiscovery)
      .map(({ releaseLine, newest }) => [
        `prefill and decode on runtime ${releaseLine}`,
        stack({ runtime: { version: newest } }, [split]),
      ]),
  ),
  "one graph's frontends for two": stack({ runtime: { version: "1.6.1" } }, served),
};

describe.each(Object.entries(plans))("%s", (_, plan) => {
  const alerts = plan.alerts.flatMap(({ alerts }) => alerts.map(({ name, expr }) => ({ where: name, expr })));
  const queries = [...panelQueries(plan), ...otherQueries(plan), ...alerts];

  test("every query is PromQL", () => {
    for (const { where, expr } of queries) expect([where, syntaxErrors(expr)]).toEqual([where, []]);
  });

  test("no variable of Grafana's is left, and rates follow its interval", () => {
    for (const { where, expr } of panelQueries(plan))
      expect([where, expr]).toEqual([where, expr.replace("$__", "")]);
  });

  test("every query asks for pods of some component", () => {
    for (const { where, expr } of queries) expect([where, expr]).toEqual([where, expr.replace("-()", "")]);
  });

  test("every pool and frontend is asked for by a panel", () => {
    const exprs = panelQueries(plan).map(({ expr }) => expr);
    const pods = exprs.flatMap((expr) => [...expr.matchAll(/,pod=~"([^"]+)"/g)].map(([, pod]) => pod ?? ""));
    for (const { name } of plan.graphs.flatMap(podsOfGraph))
      expect([name, pods.some((pod) => new RegExp(`^(?:${pod})$`).test(name))]).toEqual([name, true]);
  });

  test("every query asks for a metric", () => {
    for (const { where, expr } of queries) expect([where, metricsOf(expr).length > 0]).toEqual([where, true]);
  });
});

test("what is no PromQL is found", () => {
  expect(syntaxErrors("sum(rate(x[5m])")).not.toEqual([]);
  expect(syntaxErrors('up{job="a"')).not.toEqual([]);
  expect(metricsOf('sum(rate(a_total{b="c"}[5m])) / on (d) {__name__="e:f"}')).toEqual(["e:f", "a_total"]);
});

function podsOfGraph({ deployment, components }: GraphPlan) {
  return components
    .filter(({ role }) => role !== "planner")
    .map(({ name: component }) => ({
      name: `${deployment.metadata.name}-${component.toLowerCase()}-6c8-x2`,
    }));
}
