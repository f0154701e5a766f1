/** What is told of the pods of a graph that is not Ready. */
import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import type * as pulumi from "@pulumi/pulumi";
import { refusedPods, reportWaitingPods, whyPodWaits } from "../../../components/hooks/waitingPods";
import type { SwitchoverPlan } from "../../../plan/switchover";
import { clusters } from "../../apiServer";
import { told } from "./engine";

const cluster = clusters();
const component = undefined as unknown as pulumi.Resource;
const labels = { "nvidia.com/dynamo-graph-deployment-name": "chat" };
const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: "dynamo",
  uid: name,
  labels,
  ...more,
});
const ready = (status: string, message?: string) => ({ conditions: [{ type: "Ready", status, message }] });
const event = (reason: string, about: object, message: string, at = "2026-01-01T00:00:00Z") => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `${message}-${at}`, namespace: "dynamo" },
  involvedObject: about,
  reason,
  message,
  lastTimestamp: at,
});

const none = { kind: "none", replaced: {} } as unknown as SwitchoverPlan;
const replacing = (kind: string) =>
  ({ kind, replaced: { chat: { by: "chat", deployment: "chat-etcd" } } }) as unknown as SwitchoverPlan;

test("each pod that is not Ready has its reason, and so have those that may not be made", async () => {
  const { add, address } = await cluster();
  const graph = { name: "chat", namespace: "dynamo" };
  const pod = (name: string, rest: object, more: object = {}) => ({
    ...{ apiVersion: "v1", kind: "Pod", metadata: metadata(name, more) },
    ...rest,
  });
  add(
    pod("served", { spec: { nodeName: "a" }, status: ready("True") }),
    pod("loading", { spec: { nodeName: "a" }, status: ready("False", "containers with unready status") }),
    pod("unplaced", { spec: {}, status: {} }),
    pod("other", { spec: {}, status: {} }, { labels: {} }),
    event("FailedScheduling", { uid: "unplaced" }, "0/1 nodes are available", "2026-01-01T00:01:00Z"),
    event("FailedScheduling", { uid: "unplaced" }, "0/9 nodes are available"),
    event("FailedCreate", { kind: "StatefulSet", name: "chat-worker-0" }, "exceeded quota"),
    event("PodCreateFailed", { kind: "PodClique", name: "chat-0-worker" }, "denied"),
    event("Killing", { kind: "PodClique", name: "chat-0-worker" }, "of no matter"),
    {
      ...{ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: metadata("frontend") },
      status: { conditions: [{ type: "ReplicaFailure", message: "forbidden" }] },
    },
  );
  const report = (plan: SwitchoverPlan) => told(() => reportWaitingPods(graph, component, address, plan));
  const pods = [
    "error: pod loading waits: containers with unready status",
    "error: pod unplaced waits: 0/1 nodes are available",
    "error: frontend lacks pods: forbidden",
    "error: chat-0-worker lacks pods: denied",
    "error: chat-worker-0 lacks pods: exceeded quota",
  ];
  expect((await report(none)).toSorted()).toEqual(pods.toSorted());
  expect((await report(replacing("blue-green"))).at(-1)).toMatch(
    /^error: graph chat: chat is not Ready, and chat-etcd serves on\..* removes chat$/,
  );
  expect((await report(replacing("replace"))).at(-1)).toMatch(
    /^error: graph chat: chat is not Ready, and chat-etcd is gone: nothing serves\..* makes chat-etcd anew$/,
  );
});

test("a cluster that can't be asked is told of", async () => {
  const { address } = await cluster({ "/pods": 403 });
  const graph = { name: "chat", namespace: "dynamo" };
  const lines = await told(() => reportWaitingPods(graph, component, address, none));
  expect(lines).toEqual([expect.stringMatching(/^warn: can't tell which pods of chat wait: /)]);
});

test.each<[string, Partial<V1Pod>, string]>([
  ["goes", { metadata: { deletionTimestamp: new Date() }, spec: { containers: [] } }, "being deleted"],
  ["is new", { metadata: {} }, "the scheduler has not looked at it yet"],
  [
    "finds no place",
    {
      status: {
        conditions: [{ type: "PodScheduled", status: "False", message: "Insufficient nvidia.com/gpu" }],
      },
    },
    "Insufficient nvidia.com/gpu",
  ],
  [
    "can't have its image",
    {
      spec: { containers: [], nodeName: "a" },
      status: {
        initContainerStatuses: [{ state: { running: {} } }],
        containerStatuses: [{ state: { waiting: { reason: "ErrImagePull", message: "not found" } } }],
      } as never,
    },
    "ErrImagePull: not found",
  ],
  [
    "waits without a message",
    {
      spec: { containers: [], nodeName: "a" },
      status: { containerStatuses: [{ state: { waiting: { reason: "PodInitializing" } } }] } as never,
    },
    "PodInitializing",
  ],
  ["was evicted", { spec: { containers: [], nodeName: "a" }, status: { message: "Evicted" } }, "Evicted"],
  ["says nothing", { spec: { containers: [], nodeName: "a" } }, "scheduled, not Ready yet"],
])("a pod that %s", (_, pod, why) => expect(whyPodWaits(pod as V1Pod, [])).toBe(why));

test("the newest refusal of a group counts, and groups of other graphs don't", () => {
  const refusal = (kind: string, name: string, message: string, at: Partial<CoreV1Event>) =>
    ({ involvedObject: { kind, name }, message, metadata: {}, ...at }) as CoreV1Event;
  const [older, newer] = [new Date(1_000), new Date(2_000)];
  expect(
    refusedPods("chat", [
      refusal("PodClique", "chat-0-worker", "new", { lastTimestamp: newer }),
      refusal("PodClique", "chat-0-worker", "old", { eventTime: older as never }),
      refusal("PodClique", "chat-0-worker", "without a time", {}),
      refusal("StatefulSet", "chat-worker-0-0", "of followers", { metadata: { creationTimestamp: older } }),
      refusal("StatefulSet", "chat-worker", "no group", {}),
      refusal("StatefulSet", "other-worker-0", "another's", {}),
      refusal("PodClique", "chat-1-worker", "another's", {}),
      refusal("Deployment", "chat-0-worker", "no group", {}),
    ]).toSorted(),
  ).toEqual(["chat-0-worker lacks pods: new", "chat-worker-0-0 lacks pods: of followers"]);
});
