/** A stack that the version before deployed, whose resources had other URNs, updates without a replacement. */
import type { OpType } from "@pulumi/pulumi/automation";
import { update } from "../../rehearsal/bareUpdate";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { realCrds } from "./realCrds";

jest.setTimeout(180_000);

const config = {
  "dynamo:discovery": { mode: "nats-etcd" },
  "dynamo:graphs": [
    { name: "small", model: "m" },
    { name: "scaled", model: "m", workers: { scaling: { by: "hpa", max: 2 } } },
  ],
  "dynamo:namespace": { name: "team-a", create: true },
};

let rehearsal: Rehearsal;

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack({ runtime: { version: "0.8.1" } }),
    nodes: 3,
    gpusPerNode: 2,
    crds: realCrds("0.8"),
  });
  await rehearsal.engine.configure(config);
}, 2_400_000);

afterAll(() => rehearsal?.stop());

/** What they were called: parts of URNs, each as it is now and as it was. */
const before: readonly (readonly [now: string, then: string])[] = [
  ...["nats", "etcd"].flatMap((server) => {
    const type = `DiscoveryPlane$dynamo:index:${server === "nats" ? "Nats" : "Etcd"}`;
    return ["kubernetes:core/v1:Secret::%-client", "random:index/randomPassword:RandomPassword::%-password-1"]
      .map((child) => child.replace("%", `discovery-${server}`))
      .map((child) => [`${type}$${child}`, `DiscoveryPlane$${child}`] as const);
  }),
  ["::small:small-etcd", "::small-etcd-deployment"],
  [
    "::scaled:scaled-etcd-vllmworker-horizontalpodautoscaler",
    "::scaled-etcd-vllmworker-horizontalpodautoscaler",
  ],
  ["::scaled:scaled-etcd", "::scaled-etcd-deployment"],
  ["::alerts:", "::alerts-"],
  ["::dashboards-dynamo-inference", "::dashboards-dynamo-inference-team-a"],
];

test("an update goes on with what they were", async () => {
  const { stack } = rehearsal.engine;
  await update(rehearsal);
  const { version, deployment } = await stack.exportStack();
  const state = JSON.stringify(deployment);
  for (const [now] of before) expect(state).toContain(now);
  const old = before.reduce((text, [now, then]) => text.replaceAll(now, then), state);
  await stack.importStack({ version, deployment: JSON.parse(old) });

  const ops: Record<string, string[]> = {};
  await update(rehearsal, {
    onEvent: ({ resourcePreEvent }) => {
      const { op, urn } = resourcePreEvent?.metadata ?? {};
      if (op !== undefined) ops[op] = [...(ops[op] ?? []), urn?.split("::").pop() ?? ""];
    },
  });
  const quiet: OpType[] = ["same", "read", "refresh"];
  expect(Object.entries(ops).filter(([op]) => !quiet.includes(op as OpType))).toEqual([]);
  const { deployment: after } = await stack.exportStack();
  const urns = (text: string) => [...new Set(text.match(/"urn":"[^"]+"/g))].sort();
  expect(urns(JSON.stringify(after))).toEqual(urns(state));
});
