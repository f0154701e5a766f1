/** What a preview's arithmetic says of the loss of a node or a zone, and what the real scheduler and evictions make of it. */
import { kindsOf, nodesToldBy } from "../../preflight/knownNodes";
import { type Lost, type NodeLoss, nodeLoss } from "../../preflight/nodeLoss";
import { update } from "../../rehearsal/bareUpdate";
import { drainNodes } from "../../rehearsal/drainNodes";
import { loseNode, loseZone } from "../../rehearsal/loseNode";
import { startRehearsal } from "../../rehearsal/rehearsal";
import { stackOf } from "../commands/upgradeCheck/stackOf";
import { needsOf } from "../preflight/clusters";
import { operatorCrds } from "./realCrds";

jest.setTimeout(600_000);

const spread = { placement: { spread: "node" } };
const graph = (name: string, replicas: number, gpus: number) => ({
  name,
  model: "m",
  frontend: { replicas: 2, ...spread },
  workers: { replicas, gpus, ...spread },
});
const members = { discovery: { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } } };

/** Pods without another node, in all, as the arithmetic has it. */
const roomless = ({ losses }: NodeLoss) =>
  losses
    .filter(({ what }) => what === "room")
    .map(({ component, found }) => `${component} ${/^\d+/.exec(found)?.[0]}`)
    .sort();

test.each<[string, number, number, object, object[], Lost["what"]?]>([
  ["a node to spare", 3, 2, {}, [graph("chat", 2, 2)]],
  ["none to spare", 3, 2, {}, [graph("chat", 3, 2)]],
  ["pods that leave fragments", 3, 4, {}, [graph("chat", 3, 3)]],
  ["a member of NATS and one of etcd for each node", 3, 2, members, [graph("chat", 1, 2)]],
  ["a zone of three, and the members in it", 6, 2, members, [graph("chat", 5, 2)], "zone"],
])("%s: the forecast comes true", async (_, nodes, gpusPerNode, settings, graphs, what = "node") => {
  const stack = stackOf({
    ...settings,
    cluster: { nodes, gpusPerNode, zones: 3 },
    platform: { apiVersion: "v1alpha1" },
    graphs,
  });
  const needs = await needsOf(stack);
  const known = nodesToldBy(stack.settings, kindsOf(needs));
  const forecast = known && nodeLoss(needs, known, { what });
  if (forecast === undefined) throw new Error("the cluster is not known");
  const rehearsal = await startRehearsal({ stack, nodes, gpusPerNode, crds: operatorCrds() });
  try {
    await update(rehearsal);
    const { held, components, placement } = await { node: loseNode, zone: loseZone }[what](
      rehearsal.kubeconfig,
    );
    const waiting = new Map<string, number>();
    for (const { component, workload } of placement.waiting) {
      const name = component ?? workload;
      waiting.set(name, (waiting.get(name) ?? 0) + 1);
    }
    expect([...waiting].map(([name, count]) => `${name} ${count}`).sort()).toEqual(roomless(forecast));
    expect(held).toEqual([]);
    expect(placement.nodes).toHaveLength(what === "node" ? nodes - 1 : nodes - nodes / 3);
    expect(components.map(({ component }) => component).sort()).toEqual(["Frontend", "VllmWorker"]);
    // What the forecast has no word against is whole again.
    const short = components.filter(({ before, after }) => after < before).map(({ component }) => component);
    expect(short.every((component) => roomless(forecast).some((one) => one.startsWith(component)))).toBe(
      true,
    );
  } finally {
    await rehearsal.stop();
  }
});

test("nodes that are drained in turn: a member without another node comes back before the next goes", async () => {
  const [nodes, gpusPerNode] = [3, 2];
  const stack = stackOf({
    ...members,
    cluster: { nodes, gpusPerNode },
    platform: { apiVersion: "v1alpha1" },
    graphs: [graph("chat", 3, 2)],
  });
  const rehearsal = await startRehearsal({ stack, nodes, gpusPerNode, crds: operatorCrds() });
  try {
    await update(rehearsal);
    const drained = await drainNodes(rehearsal.kubeconfig, () => {});
    expect(drained).toHaveLength(nodes);
    for (const { held, waiting, components } of drained) {
      expect(held).toEqual([]);
      expect(waiting.map((pod) => pod.replace(/(-[0-9a-f]{8})?-\w+-\w+$|-\d$/, "")).sort()).toEqual([
        "dynamo/chat-etcd-vllmworker",
        "etcd-system/etcd",
        "nats-system/nats",
      ]);
      const after = Object.fromEntries(components.map(({ component, after }) => [component, after]));
      expect(after).toEqual({ Frontend: 2, VllmWorker: 2 });
    }
  } finally {
    await rehearsal.stop();
  }
});
