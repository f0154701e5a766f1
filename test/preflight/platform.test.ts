/** A cluster for a stack that installs its platform: what it brings is not missed, and another one is told. */
import { judge } from "../../preflight/judge";
import type { Needs } from "../../preflight/needs";
import { isUnread } from "../../preflight/snapshot";
import { devStack } from "../devStack";
import { clusterFor, needsOf, operator, troublesOf } from "./clusters";

let needs: Needs;
beforeAll(async () => {
  needs = await needsOf(devStack({ platform: { install: {} } }));
});

const troubles = (parts: object) =>
  troublesOf(needs, { ...parts }).map(({ subject, found }) => [subject, found]);
const release = (parts: object) =>
  judge(needs, clusterFor(needs, { ...parts })).find(({ subject }) => subject === "release");

test("nothing is missing where there is no platform", () => {
  const { apis } = clusterFor(needs);
  if (isUnread(apis)) throw new Error();
  const without = apis.filter(({ group }) => group !== "nvidia.com");
  expect(without.length).toBeLessThan(apis.length);
  expect(troubles({ operators: [], apis: without })).toEqual([]);
  expect(release({ operators: [] })).toMatchObject({
    state: "passed",
    found: "the stack installs 1.6.1 in dynamo-system",
  });
});

test("its Helm release is no kind that the API server is asked for", () => {
  expect(needs.objects).not.toContainEqual(expect.objectContaining({ kind: "Release" }));
});

test("its own operator is there, of whatever release, and with its settings", () => {
  const nats = { settings: { nats: "nats://nats.nats-system:4222" } };
  expect(troubles({ operators: [{ ...operator("1.5.1"), ...nats }] })).toEqual([]);
});

test("another one is told, and what can't be read is not known", () => {
  const operators = [{ ...operator("1.6.1"), namespace: "other" }];
  expect(troubles({ operators })).toEqual([
    ["release", expect.stringMatching(/^other\/.* is there already/)],
  ]);
  expect(troubles({ operators: [{ ...operator("1.6.1"), name: "dynamo-operator" }] })).toHaveLength(1);
  expect(release({ operators: { unread: "not allowed" } })).toMatchObject({ state: "unknown" });
});

test("Grove must be there, unless the chart brings it", async () => {
  const graphs = [
    { name: "big", model: "Qwen/Qwen3-8B", workers: { gpus: 8, nodes: 2, pipelineParallel: 2 } },
  ];
  const of = (values: object) =>
    needsOf(devStack({ graphs, platform: { orchestrator: "grove", install: { values } } }));
  const missing = async (values: object) => {
    const spread = await of(values);
    const { apis } = clusterFor(spread);
    if (isUnread(apis)) throw new Error();
    const found = troublesOf(spread, {
      operators: [],
      apis: apis.filter(({ group }) => group !== "grove.io"),
    });
    return found.filter(({ check }) => check === "orchestrator");
  };
  expect(await missing({})).toHaveLength(1);
  expect(await missing({ global: { grove: { install: true } } })).toEqual([]);
});
