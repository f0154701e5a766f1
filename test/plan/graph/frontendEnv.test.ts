/** What frontends are told so that clients lose less when pods go, by what the released wheels read. */
import { stackConfig } from "../../../config/schema";
import { planStack } from "../../../plan/stack";

const drain = { name: "DYN_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS", value: "0" };
const migrate = { name: "DYN_MIGRATION_LIMIT", value: "3" };

function frontend(version: string, graph: object = {}) {
  const discovery = { mode: version < "0.8" ? "nats-etcd" : "kubernetes" };
  const graphs = [{ name: "chat", model: "m", ...graph }];
  const [planned] = planStack(stackConfig.parse({ runtime: { version }, discovery, graphs })).graphs;
  return planned?.components.find(({ role }) => role === "frontend");
}

test.each([
  ["0.7.1", undefined],
  ["0.8.1", [drain]],
  ["0.9.1", [drain]],
  ["1.0.2", [drain]], // moves requests that it can't move, too
  ["1.1.1", [drain, migrate]],
  ["1.6.1", [drain, migrate]],
])("%s", (version, env) => {
  expect(frontend(version)?.container.env).toEqual(env);
});

test("a frontend's own env counts, and so does the graph's", () => {
  const own = { name: "DYN_MIGRATION_LIMIT", value: "0" };
  expect(frontend("1.6.1", { frontend: { env: [own] } })?.container.env).toEqual([drain, own]);
  expect(frontend("1.6.1", { env: [own] })?.container.env).toEqual([drain]);
});

test.each([
  ["five minutes to end", {}, 300],
  ["as long as its settings say", { frontend: { terminationGracePeriodSeconds: 900 } }, 900],
])("it has %s", (_, graph, seconds) => {
  expect(frontend("1.6.1", graph)?.pod.terminationGracePeriodSeconds).toBe(seconds);
});
