import type { ObjectTransformConfig } from "../../config/objectTransform";
import type { Manifest } from "../../gpus/manifest";
import { ObjectTransforms } from "../../plan/objectTransforms";

type Change = ObjectTransformConfig["patch"][number];

const labels = { "app.kubernetes.io/name": "nats" };
const nats = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "nats", namespace: "nats-system" },
  spec: {
    replicas: 3,
    serviceName: "nats-headless",
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "nats", image: "nats", resources: { limits: { cpu: "1" } } }] },
    },
  },
};
const object = (kind: string, name: string, namespace: string, more: object = {}): Manifest => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace },
  ...more,
});

const free = { total: 2, budget: undefined };

function transform(objects: readonly Manifest[], items: ObjectTransformConfig[], gpus = free as object) {
  const transforms = new ObjectTransforms(items);
  const made = objects.map((one) => transforms.apply(one));
  return { made, refusals: transforms.refusals(gpus as typeof free) };
}
const item = (...patch: Change[]): ObjectTransformConfig => ({ kind: "StatefulSet", name: "nats", patch });
const change = (one: Manifest, ...patch: Change[]) => {
  const [kind, { name }] = [one.kind as string, one.metadata as { name: string }];
  const { made, refusals } = transform([one], [{ kind, name, patch }]);
  return { made: made[0], refusals };
};

test("changes are made in their order, in a copy of the object that they mean", () => {
  const original = structuredClone(nats);
  const other = object("StatefulSet", "etcd", "etcd-system");
  const sidecar = { name: "agent", image: "agent" };
  const { made, refusals } = transform(
    [other, nats],
    [
      item({ op: "test", path: "/spec/template/spec/containers/0/name", value: "nats" }),
      item(
        { op: "add", path: "/metadata/annotations/example.com~1a", value: "1" },
        { op: "replace", path: "/metadata/annotations/example.com~1a", value: "2" },
        { op: "add", path: "/spec/template/spec/containers/-", value: sidecar },
        { op: "remove", path: "/spec/template/spec/containers/0/resources" },
        { op: "add", path: "/spec/template/metadata/labels/team", value: "search" },
      ),
    ],
  );
  expect(refusals).toEqual([]);
  expect(made[0]).toBe(other);
  expect(made[1]).toEqual({
    ...original,
    metadata: { ...original.metadata, annotations: { "example.com/a": "2" } },
    spec: {
      ...original.spec,
      template: {
        metadata: { labels: { ...labels, team: "search" } },
        spec: { containers: [{ name: "nats", image: "nats" }, sidecar] },
      },
    },
  });
  expect(nats).toEqual(original);
});

const policies = ["nats-system", "etcd-system"].map((one) => object("NetworkPolicy", "deny-all", one));
const add: Change = { op: "add", path: "/metadata/labels/a", value: "b" };

test.each<[ObjectTransformConfig, string]>([
  [
    { kind: "StatefulSet", name: "natz", patch: [add] },
    "there is no StatefulSet natz in this stack, which makes nats-system/nats",
  ],
  [
    { kind: "StatefulSet", name: "nats", namespace: "nats", patch: [add] },
    "there is no StatefulSet nats/nats in this stack, which makes nats-system/nats",
  ],
  [
    { kind: "StatefulSets", name: "nats", patch: [add] },
    "there is no StatefulSets nats in this stack, which makes kind StatefulSet",
  ],
  [
    { kind: "Pod", name: "nats", patch: [add] },
    "there is no Pod nats in this stack, which makes NetworkPolicy, StatefulSet",
  ],
  [
    { kind: "NetworkPolicy", name: "everything", patch: [add] },
    "there is no NetworkPolicy everything in this stack, which makes etcd-system/deny-all, nats-system/deny-all",
  ],
  [
    { kind: "NetworkPolicy", name: "deny-all", patch: [add] },
    "2 objects are NetworkPolicy deny-all: write namespace: nats-system or etcd-system",
  ],
])("%j that means not one object is refused with the nearest", (wrong, why) => {
  const graph = object("DynamoGraphDeployment", "chat", "dynamo");
  const { refusals } = transform([nats, ...policies, graph], [item(add), wrong]);
  expect(refusals).toEqual([`dynamo:transform[1]: ${why}`]);
});

test("one of several objects of a name is meant by its namespace", () => {
  const { made, refusals } = transform(policies, [
    { kind: "NetworkPolicy", name: "deny-all", namespace: "etcd-system", patch: [add] },
  ]);
  expect(refusals).toEqual([]);
  expect(made).toEqual([
    policies[0],
    { ...policies[1], metadata: { ...(policies[1]?.metadata as object), labels: { a: "b" } } },
  ]);
});

test("many names are not all told", () => {
  const many = Array.from({ length: 12 }, (_, i) => object("ConfigMap", `board-${i}-of-many`, "dynamo"));
  const { refusals } = transform(many, [{ kind: "ConfigMap", name: "x", patch: [add] }]);
  expect(refusals[0]).toMatch(
    /, which makes (dynamo\/board-\d+-of-many, ){7}dynamo\/board-\d+-of-many and 4 more$/,
  );
});

test.each<[Change, string]>([
  [{ op: "remove", path: "/spec/paused" }, "there is no /spec/paused to remove"],
  [{ op: "replace", path: "/spec/a/b", value: 1 }, "there is no /spec/a/b to replace"],
  [{ op: "add", path: "/spec/a/b", value: 1 }, "there is nothing that /spec/a/b can be added to"],
  [
    { op: "add", path: "/spec/serviceName/b", value: 1 },
    "there is nothing that /spec/serviceName/b can be added to",
  ],
  [{ op: "test", path: "/spec/replicas", value: 1 }, "/spec/replicas has another value than its test"],
])("%j that does not apply is refused, and nothing of its item is done", (wrong, why) => {
  const { made, refusals } = change(nats, add, wrong);
  expect(refusals).toEqual([`dynamo:transform[0].patch[1]: StatefulSet nats-system/nats: ${why}`]);
  expect(made).toBe(nats);
});

const members = "write replicas of dynamo:discovery.nats or dynamo:discovery.etcd";
const selected = "others would be left without it, and these without theirs";
const stay = "labels may be added, and those that are there stay";
const scaling = "write scaling of the graph, dynamo:graphs[]";
const fixed = "it is fixed for life, and a new object would take its place";
const pod = { metadata: { labels }, spec: {} };

test.each<[Manifest, Change, string]>([
  [nats, { op: "replace", path: "/spec/replicas", value: 5 }, `the number of members of %: ${members}`],
  [nats, { op: "remove", path: "/spec/selector" }, `which pods are selected of %: ${selected}`],
  [nats, { op: "replace", path: "/spec/serviceName", value: "x" }, `spec.serviceName of %: ${fixed}`],
  [
    nats,
    { op: "add", path: "/spec/volumeClaimTemplates", value: [] },
    `spec.volumeClaimTemplates of %: ${fixed}`,
  ],
  [
    nats,
    { op: "replace", path: "/spec/template/metadata", value: {} },
    `labels that select the pods of %: ${stay}`,
  ],
  [
    object("CronJob", "snapshot", "etcd-system", { spec: { jobTemplate: { spec: { template: pod } } } }),
    {
      op: "replace",
      path: "/spec/jobTemplate/spec/template/metadata/labels/app.kubernetes.io~1name",
      value: "x",
    },
    `labels that select the pods of %: ${stay}`,
  ],
  [
    object("Service", "nats", "nats-system", { spec: { selector: labels } }),
    { op: "add", path: "/spec/selector/a", value: "b" },
    `which pods are selected of %: ${selected}`,
  ],
  [
    object("NetworkPolicy", "deny-all", "nats-system", { spec: { podSelector: {} } }),
    { op: "replace", path: "/spec/podSelector", value: { matchLabels: labels } },
    `which pods are selected of %: ${selected}`,
  ],
  [
    object("PersistentVolumeClaim", "cache", "dynamo", { spec: { accessModes: ["ReadWriteMany"] } }),
    { op: "replace", path: "/spec/accessModes/0", value: "ReadWriteOnce" },
    `spec.accessModes of %: ${fixed}`,
  ],
  [
    object("ScaledObject", "chat", "dynamo", { spec: { maxReplicaCount: 2 } }),
    { op: "replace", path: "/spec/maxReplicaCount", value: 8 },
    `the target or the maximum of %: ${scaling}`,
  ],
  [
    object("HorizontalPodAutoscaler", "chat", "dynamo", { spec: { maxReplicas: 2 } }),
    { op: "replace", path: "/spec/maxReplicas", value: 8 },
    `the target or the maximum of %: ${scaling}`,
  ],
  [
    object("ResourceQuota", "dynamo-gpu-budget", "dynamo", {
      spec: { hard: { "requests.nvidia.com/gpu": "2" } },
    }),
    { op: "replace", path: "/spec/hard/requests.nvidia.com~1gpu", value: "64" },
    "what is allowed of %: write dynamo:budget.gpus",
  ],
  [
    object("ResourceClaimTemplate", "gpus", "dynamo", {
      spec: { spec: { devices: { requests: [{ count: 1 }] } } },
    }),
    { op: "replace", path: "/spec/spec/devices/requests/0/count", value: 8 },
    "the devices of %: write gpuDeviceClass or resourceClaims of dynamo:graphs[]",
  ],
])("%j keeps what others go by: %j", (one, wrong, why) => {
  const { made, refusals } = change(one, wrong);
  const { name, namespace } = one.metadata as { name: string; namespace: string };
  expect(refusals).toEqual([
    `dynamo:transform[0]: changes ${why.replace("%", `${one.kind} ${namespace}/${name}`)}`,
  ]);
  expect(made).toBe(one);
});

test("what is beside it may change", () => {
  const quota = object("ResourceQuota", "dynamo-gpu-budget", "dynamo", { spec: { hard: { a: "2" } } });
  const job = object("Job", "download", "dynamo", { spec: { template: pod } });
  const scaler = object("ScaledObject", "chat", "dynamo", { spec: { maxReplicaCount: 2 } });
  for (const [one, path] of [
    [quota, "/spec/hard/pods"],
    [job, "/spec/template/spec/tolerations"],
    [scaler, "/spec/pollingInterval"],
  ] as const)
    expect(change(one, { op: "add", path, value: "1" }).refusals).toEqual([]);
});

describe("GPUs of a change", () => {
  const gpu = (value: number | string): Change => ({
    op: "add",
    path: "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu",
    value,
  });

  test("count for the budget, for each member", () => {
    const refusalsOf = (budget: number | undefined) =>
      transform([nats], [item(gpu(1))], { total: 2, budget }).refusals;
    expect(refusalsOf(undefined)).toEqual([]);
    expect(refusalsOf(5)).toEqual([]);
    expect(refusalsOf(4)).toEqual([
      "the graphs and dynamo:transform ask for 5 GPUs, 3 of them by dynamo:transform, and the budget is 4: take GPUs out, or raise dynamo:budget.gpus",
    ]);
  });

  test("that can't be counted are refused", () => {
    expect(transform([nats], [item(gpu("many"))]).refusals).toEqual([
      expect.stringMatching(/^dynamo:transform: GPUs that can't be counted: StatefulSet nats-system\/nats: /),
    ]);
  });

  test("are not told where the graphs alone are over the budget", () => {
    expect(transform([nats], [item(add)], { total: 9, budget: 1 }).refusals).toEqual([]);
  });
});
