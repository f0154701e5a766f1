/** What an update tells of a graph's pods while it waits for them. */
import type { CoreV1Event, V1ContainerState, V1Pod } from "@kubernetes/client-node";
import { progressOf } from "../../../components/hooks/progress";

interface Facts {
  readonly uid?: string;
  readonly node?: string;
  readonly type?: string;
  readonly state?: V1ContainerState;
  readonly init?: V1ContainerState;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly deleted?: boolean;
  readonly labels?: Record<string, string>;
}

const now = new Date();

function pod(component: string, { node = "a", type = "worker", ready = false, ...facts }: Facts): V1Pod {
  const lastState = facts.restarts ? { terminated: { exitCode: 137, reason: "OOMKilled" } } : {};
  const status = (name: string, state: V1ContainerState) => ({
    ...{ name, state, lastState, image: "i", imageID: "" },
    ...{ ready, restartCount: facts.restarts ?? 0 },
  });
  return {
    metadata: {
      uid: facts.uid ?? "u",
      labels: {
        "nvidia.com/dynamo-component": component,
        "nvidia.com/dynamo-component-type": type,
        ...facts.labels,
      },
      ...(facts.deleted && { deletionTimestamp: now }),
    },
    spec: { containers: [], ...(node && { nodeName: node }) },
    status: {
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      ...(facts.init && { initContainerStatuses: [status("setup", facts.init)] }),
      ...(facts.state && { containerStatuses: [status("main", facts.state)] }),
    },
  };
}

const event = (reason: string, uid: string, message = ""): CoreV1Event => ({
  metadata: {},
  involvedObject: { uid },
  reason,
  message,
});

const running = { running: { startedAt: now } };
const creating = { waiting: { reason: "ContainerCreating" } };

test.each<[string, V1Pod[], CoreV1Event[], string | undefined]>([
  ["nothing is there", [], [], undefined],
  ["only old pods are there", [pod("W", { deleted: true, state: running })], [], undefined],
  ["all is Ready", [pod("W", { ready: true, state: running })], [], "1 of 1 pods Ready"],
  [
    "a pod has no status yet",
    [{ ...pod("W", { node: "" }), status: undefined }],
    [],
    "0 of 1 pods Ready; W: the scheduler has not looked at it yet",
  ],
  [
    "models are loaded",
    [
      pod("F", { type: "frontend", state: running }),
      pod("W", { state: running }),
      pod("W", { state: running }),
      pod("W", { ready: true, state: running }),
    ],
    [],
    "1 of 4 pods Ready; F: waiting for a model; 2 of W: loading its model",
  ],
  [
    "no node is free",
    [pod("W", { uid: "w", node: "" })],
    [event("FailedScheduling", "w", "0/2 nodes are available")],
    "0 of 1 pods Ready; W: 0/2 nodes are available",
  ],
  [
    "an image is pulled",
    [pod("W", { uid: "w", state: creating })],
    [event("Pulling", "w"), event("Pulled", "another")],
    "0 of 1 pods Ready; W: pulling its image",
  ],
  [
    "the image is there",
    [pod("W", { uid: "w", state: creating })],
    [event("Pulling", "w"), event("Pulled", "w")],
    "0 of 1 pods Ready; W: its volumes and containers are made",
  ],
  [
    "the image can't be pulled",
    [pod("W", { state: { waiting: { reason: "ImagePullBackOff", message: "no such tag" } } })],
    [],
    "0 of 1 pods Ready; W: ImagePullBackOff: no such tag",
  ],
  [
    "a container comes before",
    [pod("W", { init: running, state: { waiting: { reason: "PodInitializing" } } })],
    [],
    "0 of 1 pods Ready; W: container setup prepares it",
  ],
  [
    "a worker dies again and again",
    [pod("W", { restarts: 3, state: running })],
    [],
    "0 of 1 pods Ready; W: loading its model, started again 3 times, last after OOMKilled",
  ],
  [
    "a follower waits",
    [pod("W", { state: running, labels: { "leaderworkerset.sigs.k8s.io/worker-index": "1" } })],
    [],
    "0 of 1 pods Ready; W: waiting for its leader",
  ],
])("%s", (_, pods, events, told) => {
  expect(progressOf(pods, events)).toBe(told);
});
