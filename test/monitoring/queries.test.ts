import { readStack } from "../../commands/project";
import { stackConfig } from "../../config/schema";
import { planStack } from "../../plan/stack";
import { metricsOf, panelQueries, syntaxErrors } from "./queries";

const graph = { name: "chat", model: "m" };
const plans = {
  dev: planStack(readStack("dev").settings),
  prod: planStack(readStack("prod").settings),
  "prod on runtime 1.6": planStack({
    ...readStack("prod").settings,
    runtime: { version: "1.6.1", registry: "r" },
  }),
  "single members": planStack(stackConfig.parse({ discovery: { mode: "nats-etcd" }, graphs: [graph] })),
};

describe.each(Object.entries(plans))("%s", (_, plan) => {
  const alerts = plan.alerts.flatMap(({ alerts }) => alerts.map(({ name, expr }) => ({ where: name, expr })));
  const queries = [...panelQueries(plan), ...alerts];

  test("every query is PromQL", () => {
    for (const { where, expr } of queries) expect([where, syntaxErrors(expr)]).toEqual([where, []]);
  });

  test("no variable of Grafana's is left, and rates follow its interval", () => {
    for (const { where, expr } of panelQueries(plan))
      expect([where, expr]).toEqual([where, expr.replace("$__", "")]);
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
