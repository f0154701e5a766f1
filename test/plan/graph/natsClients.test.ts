import { stackConfig } from "../../../config/schema";
import { planStack } from "../../../plan/stack";

const hasAlert = (version: string, graph: object, discovery: object = {}) =>
  planStack(
    stackConfig.parse({
      runtime: { version },
      discovery: { mode: "nats-etcd", ...discovery },
      graphs: [{ name: "chat", model: "m", ...graph }],
    }),
  ).alerts.some(({ alerts }) => alerts.some(({ name }) => name === "NatsNoConnections"));

describe("an alert on NATS without clients is there", () => {
  test.each(["0.8.1", "0.9.1", "1.0.2"])("only for workers of %s that connect", (version) => {
    for (const backend of ["sglang", "trtllm"]) {
      expect(hasAlert(version, { backend })).toBe(false);
      expect(hasAlert(version, { backend, router: { mode: "kv" } })).toBe(true);
      expect(hasAlert(version, { backend }, { requestPlane: "nats" })).toBe(true);
    }
    expect(hasAlert(version, { backend: "vllm" })).toBe(true);
  });

  test.each(["0.7.1", "1.2.1", "1.6.1"])("for all workers of %s", (version) => {
    expect(hasAlert(version, { backend: "sglang" })).toBe(true);
  });

  test("and does not look at workers that only decode", () => {
    const { alerts } = planStack(
      stackConfig.parse({
        runtime: { version: "0.8.1" },
        discovery: { mode: "nats-etcd" },
        graphs: [{ name: "chat", model: "m", prefill: {}, decode: {} }],
      }),
    );
    const expr = alerts
      .flatMap((group) => group.alerts)
      .find(({ name }) => name === "NatsNoConnections")?.expr;
    expect(expr).toMatch(/-\(prefill\)/);
    expect(expr).not.toMatch(/decode/);
  });
});
