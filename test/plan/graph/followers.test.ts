/** Pods of several nodes that serve nothing, as Grove and LeaderWorkerSet label them. */
import { refusedPods } from "../../../components/hooks/waitingPods";
import { stackConfig } from "../../../config/schema";
import { isFollower } from "../../../plan/graph/labels";
import { podMonitorSpec } from "../../../plan/monitoring/podMonitors";
import { planStack } from "../../../plan/stack";

const inGrove = (clique: string, group?: string) => ({
  "grove.io/podclique": clique,
  ...(group !== undefined && { "grove.io/podcliquescalinggroup": group }),
});

test.each([
  ["Grove's follower", inGrove("g-0-vllmworker-0-vllmworker-wkr", "g-0-vllmworker"), true],
  ["Grove's follower of its own clique", inGrove("g-0-worker-0-worker-wkr-2", "g-0-worker"), true],
  ["Grove's leader", inGrove("g-0-vllmworker-0-vllmworker-ldr", "g-0-vllmworker"), false],
  ["a component that is called so", inGrove("g-0-my-wkr"), false],
  ["LeaderWorkerSet's leader", { "leaderworkerset.sigs.k8s.io/worker-index": "0" }, false],
  ["LeaderWorkerSet's follower", { "leaderworkerset.sigs.k8s.io/worker-index": "3" }, true],
  ["a pod of a Deployment", {}, false],
])("%s", (_, labels, isOne) => {
  expect(isFollower(labels)).toBe(isOne);
});

test("of pods that may not be made, the newest reason of each clique and set is told", () => {
  const event = (name: string, message: string, minute: number, kind = "PodClique") => ({
    metadata: {},
    involvedObject: { kind, name },
    message,
    lastTimestamp: new Date(2026, 0, 1, 0, minute),
  });
  const events = [
    event("chat-0-vllmworker", "exceeded quota: gpu-budget", 2),
    event("chat-0-vllmworker", "older", 1),
    event("other-0-vllmworker", "of another graph", 3),
    event("chat-0-x", "of another kind", 3, "Pod"),
    event("chat-vllmworker-1a2b3c4d-0", "create Pod failed", 3, "StatefulSet"),
    event("other-vllmworker-1a2b3c4d-0", "of another graph", 3, "StatefulSet"),
    event("chat-nats", "of no group", 3, "StatefulSet"),
  ];
  expect(refusedPods("chat", events)).toEqual([
    "chat-0-vllmworker lacks pods: exceeded quota: gpu-budget",
    "chat-vllmworker-1a2b3c4d-0 lacks pods: create Pod failed",
  ]);
});

test.each([
  [1, []],
  [2, ["drop", "drop"]],
])("Prometheus leaves them out where a worker has %i nodes", (nodes, dropped) => {
  const graphs = [{ name: "chat", model: "m", workers: { gpus: 8 * nodes, nodes } }];
  const { podMonitors } = planStack(stackConfig.parse({ graphs }));
  const monitor = podMonitors.find(({ name }) => name === "dynamo-worker");
  const [endpoint] = monitor ? podMonitorSpec(monitor).podMetricsEndpoints : [];
  const actions = (endpoint?.relabelings ?? []).flatMap((one) => ("action" in one ? [one.action] : []));
  expect([endpoint?.port, actions]).toEqual(["system", dropped]);
});
