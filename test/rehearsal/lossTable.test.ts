/** What came of the loss of a node, or of drains, as text. */
import { describeAfterLoss, describeDrains } from "../../rehearsal/lossTable";

const placement = { nodes: [], waiting: [] };
const of = (component: string, before: number, after: number, graph = "chat") => ({
  graph,
  component,
  before,
  after,
});

test.each([
  [
    [of("Frontend", 2, 2), of("VllmWorker", 3, 3)],
    "chat: is whole again (Frontend 2 of 2, VllmWorker 3 of 3)",
  ],
  [
    [of("Frontend", 2, 2), of("VllmWorker", 3, 2)],
    "chat: serves on with less (Frontend 2 of 2, VllmWorker 2 of 3)",
  ],
  [
    [of("Frontend", 2, 2), of("VllmWorker", 1, 0)],
    "chat: does not serve (Frontend 2 of 2, VllmWorker 0 of 1)",
  ],
])("%j", (components, line) => {
  const text = describeAfterLoss({ lost: "gpu-node-1", held: [], components, placement });
  expect(text.split("\n").slice(0, 2)).toEqual(["without gpu-node-1:", line]);
});

test("each graph has a line, and pods that a budget held have one", () => {
  const components = [of("VllmWorker", 1, 1), of("VllmWorker", 1, 0, "base")];
  const text = describeAfterLoss({ lost: "a", held: ["etcd-system/etcd-0"], components, placement });
  expect(text.split("\n").slice(1, 4)).toEqual([
    "base: does not serve (VllmWorker 0 of 1)",
    "chat: is whole again (VllmWorker 1 of 1)",
    "etcd-system/etcd-0 was held by its PodDisruptionBudget until the node was gone",
  ]);
});

test("of each drain it tells what it waits for, and what finds no place", () => {
  const components = [of("VllmWorker", 2, 1)];
  const drained = [
    { node: "a", held: [], waiting: [], components },
    { node: "c", held: [], waiting: [], components: [of("VllmWorker", 2, 2)] },
    { node: "b", held: ["nats-system/nats-0"], waiting: ["dynamo/chat-1"], components },
  ];
  expect(describeDrains(drained).split("\n")).toEqual([
    "1 of 3 nodes were drained with every graph whole again",
    "while a is drained:",
    "chat: serves on with less (VllmWorker 1 of 2)",
    "while b is drained:",
    "chat: serves on with less (VllmWorker 1 of 2)",
    "dynamo/chat-1 find no other node",
    "the drain waits for nats-system/nats-0, which a PodDisruptionBudget holds",
  ]);
});
