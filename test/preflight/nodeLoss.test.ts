/** What a stack loses with a node, as its preview's arithmetic has it. */
import { kindsOf, nodesOf, nodesToldBy } from "../../preflight/knownNodes";
import type { Needs } from "../../preflight/needs";
import { type Lost, type NodeLoss, nodeLoss } from "../../preflight/nodeLoss";
import { stackOf } from "../commands/upgradeCheck/stackOf";
import { clusterFor, needsOf, node } from "./clusters";

const cluster = (nodes: number, gpusPerNode: number) => ({ cluster: { nodes, gpusPerNode } });
const spread = { placement: { spread: "node" } };
const chat = (replicas: number, gpus: number, more: object = {}) => ({
  name: "chat",
  model: "m",
  frontend: { replicas: 2, ...spread },
  workers: { replicas, gpus, ...spread },
  ...more,
});

async function needsFor(settings: object, ...graphs: object[]): Promise<Needs> {
  return needsOf(stackOf({ ...settings, graphs }));
}

function lossTold(needs: Needs, what: Lost["what"] = "node"): NodeLoss {
  const nodes = nodesToldBy(needs.config, kindsOf(needs));
  const loss = nodes && nodeLoss(needs, nodes, { what });
  if (loss === undefined) throw new Error("the cluster is not known");
  return loss;
}

const words = ({ losses }: NodeLoss) =>
  losses.map(({ what, component, found }) => `${what} ${component}: ${found}`);

describe("room", () => {
  test.each<[string, [number, number], [number, number], string[]]>([
    ["a node to spare", [3, 8], [2, 8], []],
    ["none to spare", [3, 8], [3, 8], ["room VllmWorker: 1 pod of 3 may find no other node"]],
    ["small pods", [2, 8], [10, 1], ["room VllmWorker: 2 pods of 10 may find no other node"]],
    ["pods that leave fragments", [3, 8], [3, 5], ["room VllmWorker: 1 pod of 3 may find no other node"]],
    // Too few to begin with: that is no loss of the node's.
    [
      "a cluster that is too small already",
      [2, 8],
      [3, 8],
      ["room VllmWorker: 1 pod of 3 may find no other node"],
    ],
  ])("%s", async (_, [nodes, gpusPerNode], [replicas, gpus], found) => {
    const needs = await needsFor(cluster(nodes, gpusPerNode), chat(replicas, gpus));
    expect(words(lossTold(needs)).filter((one) => one.startsWith("room"))).toEqual(found);
  });

  test("each graph is taken for the one that was on the node", async () => {
    const needs = await needsFor(cluster(3, 8), chat(2, 8), { ...chat(8, 1), name: "small" });
    const loss = lossTold(needs);
    expect(loss).toMatchObject({ node: undefined, gpus: 8, needed: 24, left: 16 });
    expect(loss.losses.map(({ object, found }) => `${object.split("/")[1]}: ${found}`)).toEqual([
      expect.stringMatching(/chat: 1 pod of 2 may find no other node/),
      expect.stringMatching(/small: 8 pods of 8 may find no other node/),
    ]);
  });

  test("a replica of several nodes needs as many of them", async () => {
    const graph = chat(1, 8, { workers: { replicas: 1, gpus: 8, nodes: 2, tensorParallel: 16 } });
    const needs = await needsFor({ ...cluster(2, 8), platform: { orchestrator: "grove" } }, graph);
    expect(words(lossTold(needs))).toEqual([
      "room VllmWorker: 1 pod of 2 may find no other node",
      "only VllmWorker: its only replica goes: nothing answers until another has started",
    ]);
  });
});

test("the only replica of a frontend or a worker goes", async () => {
  const needs = await needsFor(cluster(4, 8), { name: "chat", model: "m", workers: { gpus: 1 } });
  expect(words(lossTold(needs))).toEqual([
    "only Frontend: its only replica goes: nothing answers until another has started",
    "only VllmWorker: its only replica goes: nothing answers until another has started",
  ]);
});

test("replicas that one node could hold are told, unless they are spread", async () => {
  const loose = { name: "chat", model: "m", frontend: { replicas: 2 } };
  const of = async (workers: object) => words(lossTold(await needsFor(cluster(4, 8), { ...loose, workers })));
  const frontend = "spread Frontend: all 2 may be on it: nothing spreads them";
  expect(await of({ replicas: 4, gpus: 2 })).toEqual([
    frontend,
    "spread VllmWorker: all 4 may be on it: nothing spreads them",
  ]);
  expect(await of({ replicas: 5, gpus: 2 })).toEqual([frontend]);
  expect(await of({ replicas: 4, gpus: 2, ...spread })).toEqual([frontend]);
});

describe("members of NATS and etcd", () => {
  const discovery = (nats: number, etcd: number) => ({
    discovery: { mode: "nats-etcd", nats: { replicas: nats }, etcd: { replicas: etcd } },
  });
  const of = async (nodes: number, nats: number, etcd: number) =>
    words(lossTold(await needsFor({ ...cluster(nodes, 8), ...discovery(nats, etcd) }, chat(2, 1))));

  test("one alone is lost with all of it", async () =>
    expect(await of(4, 1, 3)).toEqual([expect.stringMatching(/^quorum nats: its only member goes/)]));

  test("three on four nodes outlast one", async () => expect(await of(4, 3, 3)).toEqual([]));

  test("three on three nodes outlast one too, and no drain after it", async () =>
    expect(await of(3, 3, 3)).toEqual([
      "room etcd: 1 pod of 3 may find no other node",
      "room nats: 1 pod of 3 may find no other node",
      "drain etcd: its PodDisruptionBudget lets no other pod go then: the next drain waits for ever",
      "drain nats: its PodDisruptionBudget lets no other pod go then: the next drain waits for ever",
    ]));

  test("three that nothing spreads may all be on one", async () => {
    const needs = await needsFor({ ...cluster(4, 8), ...discovery(3, 3) }, chat(2, 1));
    const objects = JSON.parse(JSON.stringify(needs.objects));
    for (const { kind, spec } of objects)
      if (kind === "StatefulSet") spec.template.spec.topologySpreadConstraints = [];
    expect(words(lossTold({ ...needs, objects }))).toContain(
      "quorum nats: 2 of 3 members may be on it: no quorum is left",
    );
  });

  test.each([
    [{ minAvailable: 3 }, true],
    [{ minAvailable: 2 }, false],
    [{ maxUnavailable: 0 }, true],
  ])("a budget of %j holds drains up: %s", async (spec, holds) => {
    const needs = await needsFor({ ...cluster(8, 8), ...discovery(3, 3) }, chat(2, 1));
    const objects = JSON.parse(JSON.stringify(needs.objects));
    for (const object of objects)
      if (object.kind === "PodDisruptionBudget" && object.metadata.name === "etcd")
        object.spec = { selector: object.spec.selector, ...spec };
    const found = words(lossTold({ ...needs, objects }));
    expect(found.filter((one) => one.startsWith("drain etcd"))).toHaveLength(holds ? 1 : 0);
  });
});

describe("a zone", () => {
  const inZones = (zones: number) => ({ cluster: { nodes: 6, gpusPerNode: 8, zones } });
  const apart = { placement: { spread: "zone" } };
  const of = async (settings: object, graph: object) =>
    words(lossTold(await needsFor(settings, graph), "zone"));
  const graph = (replicas: number, more: object = apart) => ({
    ...chat(replicas, 8),
    frontend: { replicas: 2, ...more },
    workers: { replicas, gpus: 8, ...more },
  });

  test("takes all of its nodes along", async () => {
    const loss = lossTold(await needsFor(inZones(3), graph(5)), "zone");
    expect(loss).toMatchObject({ zone: "zone-0", gpus: 16, needed: 40, left: 32 });
    expect(loss.node).toBeUndefined();
    expect(words(loss)).toEqual(["room VllmWorker: 1 pod of 5 may find no other node"]);
    expect(words(lossTold(await needsFor(inZones(3), graph(4)), "zone"))).toEqual([]);
  });

  test("may have all replicas that are spread over nodes alone", async () => {
    expect(await of(inZones(3), graph(2, spread))).toEqual([
      "spread Frontend: all 2 may be in it: nothing spreads them",
      "spread VllmWorker: all 2 may be in it: nothing spreads them",
    ]);
    // More than it has room for.
    expect(await of(inZones(3), graph(3, spread))).toEqual([
      "spread Frontend: all 2 may be in it: nothing spreads them",
    ]);
  });

  test.each([
    [3, []],
    [2, ["quorum etcd: 2 of 3 members may be in it: no quorum is left"]],
  ])("of %d takes the quorum along, or not", async (zones, quorums) => {
    const etcd = { mode: "nats-etcd", nats: { replicas: 5 }, etcd: { replicas: 3 } };
    const told = words(lossTold(await needsFor({ ...inZones(zones), discovery: etcd }, graph(2)), "zone"));
    expect(told.filter((one) => one.startsWith("quorum etcd"))).toEqual(quorums);
  });

  test("is not known where no node says so", async () => {
    const needs = await needsFor(cluster(6, 8), graph(2));
    const nodes = nodesToldBy(needs.config, kindsOf(needs));
    expect(nodes && nodeLoss(needs, nodes, { what: "zone" })).toBeUndefined();
  });

  test("of a kept cluster is known by the nodes' labels", async () => {
    const needs = await needsFor({}, graph(2));
    const of = (name: string, zone: string) => node(name, 8, { "topology.kubernetes.io/zone": zone });
    const nodes = [of("a1", "a"), of("b1", "b"), of("b2", "b"), node("c1", 8)];
    const known = nodesOf(needs, clusterFor(needs, { nodes }));
    if (typeof known === "string") throw new Error(known);
    expect(nodeLoss(needs, known, { what: "zone" })).toMatchObject({ zone: "b", gpus: 16, left: 16 });
    expect(nodeLoss(needs, known, { what: "zone", name: "a" })).toMatchObject({ zone: "a", left: 24 });
  });
});

describe("a kept cluster", () => {
  test("loses the node with the most GPUs, or the one that is named", async () => {
    const needs = await needsFor({}, chat(2, 8));
    const nodes = [node("a", 4), node("b", 8), node("c", 8), node("d", 0)];
    const known = nodesOf(needs, clusterFor(needs, { nodes }));
    if (typeof known === "string") throw new Error(known);
    expect(nodeLoss(needs, known)).toMatchObject({ node: "b", gpus: 8, needed: 16, left: 12 });
    expect(nodeLoss(needs, known)?.losses).toMatchObject([{ what: "room", component: "VllmWorker" }]);
    expect(nodeLoss(needs, known, { what: "node", name: "a" })).toMatchObject({
      node: "a",
      gpus: 4,
      losses: [],
    });
    expect(nodeLoss(needs, known, { what: "node", name: "e" })).toBeUndefined();
  });

  test.each(["nodes", "requests"])("whose %s could not be read is not known", async (part) => {
    const needs = await needsFor({}, chat(1, 1));
    expect(nodesOf(needs, clusterFor(needs, { [part]: { unread: "forbidden" } }))).toBe("forbidden");
  });
});

test.each([[{}], [{ cluster: { nodes: 3 } }], [{ cluster: { gpusPerNode: 8 } }]])(
  "nodes are not known by %j",
  async (settings) => {
    const needs = await needsFor(settings, chat(1, 1));
    expect(nodesToldBy(needs.config, kindsOf(needs))).toBeUndefined();
  },
);
