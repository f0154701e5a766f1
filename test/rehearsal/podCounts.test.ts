import type { V1Pod } from "@kubernetes/client-node";
import { countPods } from "../../rehearsal/podCounts";

let time = 0;
let counts: ReturnType<typeof countPods>;
beforeEach(() => {
  time = 0;
  counts = countPods(() => time);
});

interface State {
  readonly gpus?: number;
  readonly node?: string;
  readonly ready?: boolean;
  readonly ends?: boolean;
  readonly phase?: string;
}

function pod(
  uid: string,
  { gpus = 1, node = "a", ready = true, ends, phase = "Running" }: State = {},
): V1Pod {
  return {
    metadata: {
      uid,
      labels: { "nvidia.com/dynamo-graph-deployment-name": "chat" },
      ...(ends && { deletionTimestamp: new Date() }),
    },
    spec: {
      ...(node && { nodeName: node }),
      containers: [{ name: "main", resources: { limits: { "nvidia.com/gpu": `${gpus}` } } }],
    },
    status: { phase, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

test("a span has the most GPUs at one time, and those of them that pods had which end", () => {
  counts.seen(pod("old", { gpus: 2 }));
  counts.seen(pod("new", { gpus: 4 }));
  counts.seen(pod("old", { gpus: 2, ends: true }));
  counts.seen(pod("next", { gpus: 1 }));
  counts.gone(pod("old"));
  expect(counts.takeSpan()).toEqual({ started: 3, gone: 1, peak: 7, ending: 2 });
});

test("the next span begins with the pods that are there", () => {
  counts.seen(pod("a", { gpus: 3 }));
  counts.takeSpan();
  expect(counts.takeSpan()).toEqual({ started: 0, gone: 0, peak: 3, ending: 0 });
  counts.gone(pod("a"));
  expect(counts.takeSpan()).toEqual({ started: 0, gone: 1, peak: 3, ending: 0 });
});

test("pods without a node, and those that have ended, hold nothing", () => {
  counts.seen(pod("waits", { node: "" }));
  counts.seen(pod("over", { phase: "Succeeded" }));
  expect(counts.takeSpan()).toMatchObject({ started: 2, peak: 0 });
});

test("pods of no graph are not counted", () => {
  const other = pod("other");
  counts.seen({ ...other, metadata: { uid: "other", labels: {} } });
  counts.gone(other);
  expect(counts.takeSpan()).toEqual({ started: 0, gone: 0, peak: 0, ending: 0 });
});

test.each<[string, State, boolean]>([
  ["Ready ones", {}, true],
  ["one that is not Ready", { ready: false }, false],
  ["one that ends", { ends: true }, false],
  ["one of a Job that has ended", { ready: false, phase: "Succeeded" }, true],
])("they rest for as long as nothing changes: %s", (_, state, rests) => {
  counts.seen(pod("a"));
  counts.seen(pod("b", state));
  time = 500;
  expect(counts.restsFor()).toBe(rests ? 500 : 0);
});
