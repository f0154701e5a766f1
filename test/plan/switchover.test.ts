import { stackConfig } from "../../config/schema";
import { summariseGraphs } from "../../plan/graph/summary";
import { planStack } from "../../plan/stack";
import { type DeployedGraphs, recreatedBy } from "../../plan/switchover";

const chat = { name: "chat", model: "m", workers: { replicas: 2, gpus: 4 } };
const deployed: DeployedGraphs = {
  chat: { deployment: "chat", apiVersion: "nvidia.com/v1alpha1", mode: "kubernetes", gpus: 8 },
};
const natsEtcd = { mode: "nats-etcd" };
const plan = (config: object, before: DeployedGraphs = deployed) =>
  planStack(stackConfig.parse({ runtime: { version: "1.4.2" }, graphs: [chat], ...config }), before);

test("a graph that stays as it is has no steps, and its own GPUs at the peak", () => {
  expect(plan({}).switchover).toMatchObject({ replaced: {}, steps: [], peak: 8, refusal: undefined });
});

test("a new stack replaces nothing", () => {
  expect(plan({}, {}).switchover).toMatchObject({ replaced: {}, steps: [], peak: 8 });
});

test("blue-green runs both, and NATS and etcd come first", () => {
  const { steps, peak } = plan({ discovery: natsEtcd }).switchover;
  expect(peak).toBe(16);
  expect(steps).toEqual([
    "NATS and etcd are there",
    "chat-etcd is made and Ready, while chat serves",
    "the frontend Services point to chat-etcd",
    "chat goes",
  ]);
});

describe("what goes before a graph is made", () => {
  const gone = (config: object, before?: DeployedGraphs) => {
    const { graphs, switchover } = plan(config, before);
    return graphs.flatMap((graph) => recreatedBy(graph, switchover).map(({ deployment }) => deployment));
  };
  const recreate = { switchover: "recreate", discovery: natsEtcd };
  const called = (deployment: string): DeployedGraphs => ({
    chat: { deployment, apiVersion: "nvidia.com/v1alpha1", mode: "kubernetes", gpus: 8 },
  });

  test.each<[string, object, DeployedGraphs, string[]]>([
    ["nothing, blue-green", { discovery: natsEtcd }, deployed, []],
    ["that of the other mode, which is the one before", recreate, deployed, ["chat"]],
    [
      "the one before, and what a switch that failed may have left",
      recreate,
      called("chat-2"),
      ["chat-2", "chat"],
    ],
    ["what a switch that failed may have left", recreate, {}, ["chat"]],
  ])("%s", (_, config, before, names) => expect(gone(config, before)).toEqual(names));
});

test("a switchover says how many scaled workers begin", () => {
  const scaled = { ...chat, workers: { gpus: 4, scaling: { by: "hpa", min: 1, max: 2 } }, revision: 2 };
  expect(plan({ graphs: [scaled] }).switchover.steps[0]).toMatch(
    /chat is made and Ready, while chat serves; scaled workers begin with as many as serve, within min and max$/,
  );
});

describe("nodes of a worker change", () => {
  const platform = { orchestrator: "grove" };
  const wide = (nodes: number) => ({ name: "chat", model: "m", workers: { nodes } });
  const deployedAs = (version: string, nodes: number, before: DeployedGraphs = {}) => {
    const config = { runtime: { version }, platform, graphs: [wide(nodes)] };
    const stack = planStack(stackConfig.parse(config), before);
    return { summary: summariseGraphs(stack.graphs, stack.runtime), switchover: stack.switchover };
  };

  test("in place where the operator does it", () => {
    const { summary } = deployedAs("1.5.1", 2);
    expect(deployedAs("1.5.1", 4, summary).switchover.replaced).toEqual({});
  });

  test("by another graph from 1.6 on, which stays, and back", () => {
    const two = deployedAs("1.6.1", 2);
    const four = deployedAs("1.6.1", 4, two.summary);
    expect(four.switchover.replaced).toHaveProperty("chat");
    expect(deployedAs("1.6.1", 4, four.summary).switchover.replaced).toEqual({});
    const back = deployedAs("1.6.1", 2, four.summary);
    expect(back.switchover.replaced).toHaveProperty("chat");
    expect(back.summary.chat?.deployment).toBe(two.summary.chat?.deployment);
  });

  test("not on a graph that an earlier version of the program has made", () => {
    const { fields: _, ...before } = deployedAs("1.6.1", 2).summary.chat as DeployedGraphs[string];
    expect(deployedAs("1.6.1", 2, { chat: before }).switchover.replaced).toEqual({});
  });
});

test("recreate runs one at a time", () => {
  const { steps, peak } = plan({ discovery: natsEtcd, switchover: "recreate" }).switchover;
  expect(peak).toBe(8);
  expect(steps[1]).toBe("chat goes: nothing answers from here on");
});

test.each([
  ["the mode", { discovery: natsEtcd }],
  ["the revision", { graphs: [{ ...chat, revision: 2 }] }],
  ["a component's name", { graphs: [{ ...chat, workers: { ...chat.workers, name: "Other" } }] }],
  ["the backend", { graphs: [{ ...chat, backend: "sglang" }] }],
  ["prefill and decode", { graphs: [{ name: "chat", model: "m", prefill: {}, decode: {} }] }],
  [
    "several nodes",
    { platform: { orchestrator: "grove" }, graphs: [{ ...chat, workers: { gpus: 4, nodes: 2 } }] },
  ],
  ["the API's version", { platform: { apiVersion: "v1beta1" } }],
])("%s makes another graph beside it", (_, config) => {
  expect(Object.keys(plan(config).switchover.replaced)).toEqual(["chat"]);
});

test.each([
  ["replicas", { graphs: [{ ...chat, workers: { replicas: 3, gpus: 4 } }] }],
  ["GPUs", { graphs: [{ ...chat, workers: { replicas: 2, gpus: 8 } }] }],
  ["the model", { graphs: [{ ...chat, model: "other" }] }],
  ["the runtime", { runtime: { version: "1.6.1" } }],
  ["the router", { graphs: [{ ...chat, router: { mode: "kv" } }] }],
])("%s change in place", (_, config) => expect(plan(config).switchover.steps).toEqual([]));

test.each([
  [
    15,
    "blue-green",
    /^16 GPUs run until the old graphs are gone, which is last, and the budget is 15: set dynamo:switchover to recreate/,
  ],
  [16, "blue-green", undefined],
  [8, "recreate", undefined],
])("a budget of %i and %s", (gpus, switchover, refusal) => {
  const { refusals } = plan({ discovery: natsEtcd, switchover, budget: { gpus } });
  expect(refusals).toEqual(refusal === undefined ? [] : [expect.stringMatching(refusal)]);
});

test("what is taken out of the config counts until it is gone", () => {
  const old = { deployment: "old", apiVersion: "nvidia.com/v1alpha1", mode: "kubernetes" as const, gpus: 3 };
  const before = { ...deployed, old };
  expect(plan({}, before).switchover.peak).toBe(11);
  expect(plan({ budget: { gpus: 10 } }, before).refusals).toEqual([
    expect.stringMatching(/^11 GPUs run .*: take old out of dynamo:graphs in an update of its own first/),
  ]);
});

test("NATS and etcd go last on the way back, and only then", () => {
  const back = { chat: { deployment: "chat-etcd", apiVersion: "v", mode: "nats-etcd" as const, gpus: 8 } };
  expect(plan({}, back).switchover.steps.at(-1)).toBe("NATS and etcd go, if the stack ran them");
  expect(plan({ graphs: [{ ...chat, revision: 2 }] }).switchover.steps.at(-1)).toBe("chat goes");
});
