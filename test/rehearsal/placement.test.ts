import type { CoreV1Event, V1Node, V1Pod } from "@kubernetes/client-node";
import { componentsAfter } from "../../rehearsal/loseNode";
import { type PlacedNode, placementOf } from "../../rehearsal/placement";
import { placementTable } from "../../rehearsal/placementTable";

const node = (name: string, gpus?: string): V1Node => ({
  metadata: { name },
  status: { allocatable: gpus ? { "nvidia.com/gpu": gpus } : {} },
});

/** A pod that is Ready where it has a node, and that the scheduler has not seen where it has none. */
function pod(
  name: string,
  spec: { node?: string; gpus?: string; namespace?: string } = {},
  more: V1Pod = {},
): V1Pod {
  const { node, gpus, namespace = "dynamo" } = spec;
  const resources = gpus ? { limits: { "nvidia.com/gpu": gpus } } : {};
  return {
    metadata: { name, namespace, uid: name, ...more.metadata },
    spec: { nodeName: node, containers: [{ name: "main", resources }], ...more.spec },
    status: {
      phase: node ? "Running" : "Pending",
      conditions: node ? [{ type: "Ready", status: "True" }] : [],
      ...more.status,
    },
  };
}

const place = (pods: V1Pod[], events: CoreV1Event[] = [], namespaces?: string[]) =>
  placementOf({ nodes: [node("n-10", "8"), node("n-9", "8"), node("cpu")], pods, events }, namespaces);

const reasonOf = (waiting: V1Pod, events: CoreV1Event[] = []) => place([waiting], events).waiting[0]?.reason;

describe("placementOf", () => {
  test("puts pods on their nodes, in the order of the nodes' numbers", () => {
    const { nodes, waiting } = place([
      pod("a", { node: "n-9", gpus: "2" }),
      pod("b", { node: "n-9", gpus: "4" }),
    ]);
    expect(nodes.map(({ name, gpus, pods }) => [name, gpus.used, gpus.allocatable, pods.length])).toEqual([
      ["cpu", 0, 0, 0],
      ["n-9", 6, 8, 2],
      ["n-10", 0, 8, 0],
    ]);
    expect(waiting).toEqual([]);
  });

  test("counts the GPUs of every namespace, and lists the pods of those asked for", () => {
    const pods = [
      pod("a", { node: "n-9", gpus: "1" }),
      pod("b", { node: "n-9", gpus: "2", namespace: "other" }),
      pod("c", { namespace: "other" }),
    ];
    const { nodes, waiting } = place(pods, [], ["dynamo"]);
    expect(nodes[1]).toMatchObject({ gpus: { used: 3 }, pods: [{ name: "a" }] });
    expect(waiting).toEqual([]);
  });

  test("a pod that has ended uses no GPU; one that failed is told", () => {
    const { nodes, waiting } = place([
      pod("done", { node: "n-9", gpus: "1" }, { status: { phase: "Succeeded", conditions: [] } }),
      pod(
        "failed",
        { node: "n-9", gpus: "1" },
        { status: { phase: "Failed", reason: "OutOfcpu", conditions: [] } },
      ),
    ]);
    expect(nodes[1]).toMatchObject({ gpus: { used: 0 }, pods: [] });
    expect(waiting).toMatchObject([{ name: "failed", reason: "OutOfcpu" }]);
  });

  test("an init container's GPUs count where they are more than those of the containers", () => {
    const init = { name: "init", resources: { limits: { "nvidia.com/gpu": "4" } } };
    const main = { name: "main", resources: { limits: { "nvidia.com/gpu": "1" } } };
    const { nodes } = place([
      pod(
        "a",
        { node: "n-9" },
        { spec: { nodeName: "n-9", initContainers: [init], containers: [main, main] } },
      ),
    ]);
    expect(nodes[1]?.gpus.used).toBe(4);
  });

  test("names the graph, the component and the workload", () => {
    const labels = {
      "nvidia.com/dynamo-graph-deployment-name": "demo",
      "nvidia.com/dynamo-component": "VllmDecodeWorker",
      "pod-template-hash": "5d9c",
    };
    const ownerReferences = [
      { apiVersion: "apps/v1", kind: "ReplicaSet", name: "demo-worker-5d9c", uid: "1", controller: true },
    ];
    const [placed] = place([
      pod("a", {}, { metadata: { name: "a", namespace: "dynamo", labels, ownerReferences } }),
    ]).waiting;
    expect(placed).toMatchObject({ graph: "demo", component: "VllmDecodeWorker", workload: "demo-worker" });
    expect(place([pod("alone")]).waiting).toMatchObject([{ workload: "alone", graph: undefined }]);
  });
});

describe("the reason why a pod does not run", () => {
  const event = (message: string, time: string, uid = "a") =>
    ({ metadata: {}, involvedObject: { uid }, message, lastTimestamp: new Date(time) }) as CoreV1Event;
  const scheduled = (message: string) => ({
    status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message }] },
  });

  test("is of the newest event, also where its time is the text that the client makes of microseconds", () => {
    const text = (message: string, time: string) =>
      ({ ...event(message, time), lastTimestamp: undefined, eventTime: time }) as unknown as CoreV1Event;
    const events = [
      text("newer", "2026-01-02T00:00:00.000001Z"),
      text("older", "2026-01-01T00:00:00.000001Z"),
    ];
    for (const all of [events, [...events].reverse(), [event("first", "2025-01-01"), ...events]])
      expect(reasonOf(pod("a", {}, { status: { phase: "Pending" } }), all)).toBe("newer");
  });

  test("is the scheduler's condition", () => {
    expect(reasonOf(pod("a", {}, scheduled("0/1 nodes")), [event("older", "2026-01-01")])).toBe("0/1 nodes");
  });

  test("is the newest event of the pod without one", () => {
    const events = [
      event("old", "2026-01-01"),
      event("new", "2026-01-02"),
      event("other pod", "2026-01-03", "b"),
    ];
    expect(reasonOf(pod("a"), events)).toBe("new");
    expect(reasonOf(pod("a"))).toBe("the scheduler has not looked at it yet");
  });

  test.each([
    ["being deleted", { metadata: { name: "a", deletionTimestamp: new Date() } }],
    [
      "ImagePullBackOff: no such image",
      {
        status: {
          containerStatuses: [
            {
              name: "main",
              image: "",
              imageID: "",
              ready: false,
              restartCount: 0,
              state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } },
            },
          ],
        },
      },
    ],
    [
      "not all containers are ready",
      {
        status: { conditions: [{ type: "Ready", status: "False", message: "not all containers are ready" }] },
      },
    ],
    ["scheduled, not Ready yet", { status: {} }],
  ])("on a node: %s", (reason, more: V1Pod) => {
    const status = { phase: "Pending", conditions: [], ...more.status };
    expect(reasonOf(pod("a", { node: "n-9" }, { ...more, status }))).toBe(reason);
  });
});

describe("placementTable", () => {
  const worker = {
    namespace: "dynamo",
    name: "w",
    graph: "demo",
    component: "Worker",
    workload: "w",
    gpus: 4,
  };
  const nodes = (count: number, node: Partial<PlacedNode> = {}): PlacedNode[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `gpu-node-${index}`,
      gpus: { used: 8, allocatable: 8 },
      pods: [worker, worker],
      ...node,
    }));

  test("folds nodes with equal content, so a hundred stay readable", () => {
    const idle = { name: "gpu-node-100", gpus: { used: 0, allocatable: 8 }, pods: [] };
    const table = placementTable({ nodes: [...nodes(100), idle], waiting: [] });
    expect(table).toMatch(/800 of 808 GPUs on 101 nodes are in use/);
    expect(table).toMatch(/gpu-node-0 … gpu-node-99 +│ 8 of 8 │ 2 × dynamo\/demo Worker \(4 GPUs each\)/);
    expect(table).toMatch(/\(100 nodes\)/);
    expect(table).toMatch(/gpu-node-100 +│ 0 of 8 │/);
    expect(table).toMatch(/Every pod runs$/);
    expect(table.split("\n").length).toBeLessThan(12);
  });

  test("folds pods that wait for the same reason", () => {
    const reason = "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.";
    const table = placementTable({
      nodes: nodes(1),
      waiting: [
        { ...worker, reason },
        { ...worker, reason },
      ],
    });
    expect(table).toMatch(/2 pods do not run/);
    expect(table).toMatch(
      /2 × dynamo\/demo Worker \(4 GPUs each\) │ 8 +│ 0\/1 nodes are available: 1 Insufficient nvidia\.com\/gpu\./,
    );
  });
});

test.each([
  [
    "Grove",
    (replica: string) => ({
      "grove.io/podcliquescalinggroup": "g-0-worker",
      "grove.io/podcliquescalinggroup-replica-index": replica,
    }),
  ],
  [
    "LeaderWorkerSet",
    (replica: string) => ({
      "leaderworkerset.sigs.k8s.io/name": `g-worker-${replica}`,
      "leaderworkerset.sigs.k8s.io/group-index": "0",
      "leaderworkerset.sigs.k8s.io/worker-index": "1",
    }),
  ],
])("a worker over nodes by %s runs where all of its pods do", (_, groupOf) => {
  const graph = { "nvidia.com/dynamo-graph-deployment-name": "g", "nvidia.com/dynamo-component": "Worker" };
  const part = (name: string, replica: string, node?: string) =>
    pod(
      name,
      { node },
      { metadata: { name, namespace: "dynamo", labels: { ...graph, ...groupOf(replica) } } },
    );
  const others = [part("a", "0", "n-9"), part("c", "1", "n-9"), part("d", "1", "n-10")];
  const before = place([...others, part("b", "0", "n-10")]);
  const after = place([...others, part("b2", "0")]);
  expect(componentsAfter(before, before)).toEqual([{ graph: "g", component: "Worker", before: 2, after: 2 }]);
  expect(componentsAfter(before, after)).toEqual([{ graph: "g", component: "Worker", before: 2, after: 1 }]);
});
