import type { Component } from "../../../plan/graph/model";
import { lacks } from "../../../plan/graph/readiness";
import { keptByOthers, startingReplicas } from "../../../plan/graph/replicas";

const scaled = (name: string, role: string) =>
  ({ name, role, scaling: { by: "hpa", min: 2, max: 4, requestsPerReplica: 16 } }) as unknown as Component;
const graph = (replicas: number, status: object) => ({
  spec: { services: { Old: { componentType: "worker", replicas } } },
  status: { services: { Old: status } },
});

describe("a scaled component begins with", () => {
  test.each<[string, unknown, number]>([
    ["its minimum where there was none", undefined, 2],
    ["its minimum where fewer serve", graph(1, { readyReplicas: 1 }), 2],
    ["as many as serve, whatever they were called", graph(3, { readyReplicas: 3 }), 3],
    ["those that serve of those that are wanted", graph(4, { readyReplicas: 3 }), 3],
    ["its maximum where more serve", graph(9, { readyReplicas: 9 }), 4],
    ["what is available of several nodes", graph(4, { replicas: 4, availableReplicas: 3 }), 3],
    [
      "its minimum where others serve",
      { spec: { components: [{ name: "Old", type: "decode", replicas: 4 }] } },
      2,
    ],
  ])("%s", (_, before, count) => {
    const fixed = { name: "Frontend", role: "frontend" } as Component;
    expect(startingReplicas([fixed, scaled("New", "worker")], before)).toEqual({ New: count });
  });
});

test.each([
  ["pulumi-kubernetes-1a2b3c4d", { "f:services": { "f:Worker": { "f:replicas": {} } } }, false],
  ["manager", { "f:services": { "f:Worker": { "f:replicas": {} } } }, true],
  ["manager", { "f:components": { 'k:{"name":"Worker"}': { "f:replicas": {} } } }, true],
  ["manager", { "f:services": { "f:Frontend": { "f:replicas": {} } } }, false],
])("replicas that %s owns by %j are kept by others: %s", (manager, spec, kept) => {
  const managedFields = [{ manager, fieldsV1: { "f:spec": spec } }];
  expect(keptByOthers({ metadata: { managedFields } }, "Worker")).toBe(kept);
});

test("a scaled graph is ready with its minimum, and with more", () => {
  const ready = (readyReplicas: number) => ({
    status: { conditions: [{ type: "Ready", status: "True" }], services: { Worker: { readyReplicas } } },
  });
  const readiness = { status: "services", replicas: {} } as const;
  expect(lacks(ready(1), readiness, { Worker: 2 })).toEqual(["Worker has 1 of 2 replicas ready"]);
  expect([2, 5].flatMap((count) => lacks(ready(count), readiness, { Worker: 2 }))).toEqual([]);
});
