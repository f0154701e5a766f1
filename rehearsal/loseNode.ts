/** Takes a node, or a zone, out of a rehearsal's cluster, and sees what becomes of its pods: the real scheduler and evictions decide. */
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { ApiException, CoreV1Api } from "@kubernetes/client-node";
import { apiClient } from "./clients";
import { type PlacedNode, type PlacedPod, type Placement, readPlacement } from "./placement";

/** A component of a graph before and after the loss. */
export interface ComponentAfter {
  readonly graph: string;
  readonly component: string;
  /** Pods that run, or workers whose pods on all of their nodes do. */
  readonly before: number;
  readonly after: number;
}

/** What came of the loss of a node, or of the nodes of a zone. */
export interface AfterLoss {
  /** Name of the node or the zone. */
  readonly lost: string;
  /** Pods that a PodDisruptionBudget held until the node was gone, as `namespace/name`. */
  readonly held: readonly string[];
  readonly components: readonly ComponentAfter[];
  readonly placement: Placement;
}

/** Time that budgets have to let pods go, that pods have to end and to find a place, and that these must stay as they are, in ms. */
const [toDrain, toEnd, toSettle, toStay] = [20_000, 60_000, 60_000, 4_000];

/**
 * Drains a node as `kubectl drain` does, and deletes it with what is left on it.
 * @param name of the node. @default the one with the most GPUs, and of these with the most in use
 * @throws Error where there is no such node
 */
export async function loseNode(kubeconfig: string, name?: string, signal?: AbortSignal): Promise<AfterLoss> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const before = await readPlacement(kubeconfig);
  const lost = chosen("node", before.nodes, (one) => one.name, name);
  await cordon(core, lost.nodes);
  const pods = lost.nodes.flatMap((one) => one.pods);
  const held = await drain(core, pods, signal);
  await untilEnded(core, lost.name, signal);
  return afterLoss(kubeconfig, before, lost, held, signal);
}

/**
 * Deletes all nodes of a zone at once, and what is on them: of a zone that fails nobody drains anything.
 * @param name of the zone. @default the one with the most GPUs, and of these with the most in use
 * @throws Error where there is no such zone
 */
export async function loseZone(kubeconfig: string, name?: string, signal?: AbortSignal): Promise<AfterLoss> {
  const before = await readPlacement(kubeconfig);
  const lost = chosen("zone", before.nodes, (one) => one.zone, name);
  await cordon(apiClient(kubeconfig, CoreV1Api), lost.nodes);
  return afterLoss(kubeconfig, before, lost, [], signal);
}

interface LostNodes {
  readonly name: string;
  readonly nodes: readonly PlacedNode[];
}

/** Nodes of one domain: that of a name, or the one with the most GPUs. */
function chosen(
  what: string,
  nodes: readonly PlacedNode[],
  domainOf: (node: PlacedNode) => string | undefined,
  name: string | undefined,
): LostNodes {
  const names = [...new Set(nodes.flatMap((one) => domainOf(one) ?? []))];
  const all = names.map((one) => ({ name: one, nodes: nodes.filter((node) => domainOf(node) === one) }));
  const sum = (of: "allocatable" | "used", domain: LostNodes) =>
    domain.nodes.reduce((total, { gpus }) => total + gpus[of], 0);
  const [lost] = all
    .filter((one) => name === undefined || one.name === name)
    .sort((a, b) => sum("allocatable", b) - sum("allocatable", a) || sum("used", b) - sum("used", a));
  if (lost !== undefined) return lost;
  if (names.length === 0) throw new Error(`no node says which ${what} it is in`);
  throw new Error(`there is no ${what} ${name}: write one of ${names.join(", ")}`);
}

/** The Eviction API looks at budgets and not at nodes: without this the scheduler would take them again. */
export async function cordon(
  core: CoreV1Api,
  nodes: readonly Pick<PlacedNode, "name">[],
  isCordoned = true,
): Promise<void> {
  const body = [{ op: "add", path: "/spec/unschedulable", value: isCordoned }];
  await Promise.all(nodes.map(({ name }) => core.patchNode({ name, body })));
}

/** Takes nodes away with what is left on them, and waits for what becomes of it. */
async function afterLoss(
  kubeconfig: string,
  before: Placement,
  { name: lost, nodes }: LostNodes,
  held: readonly PlacedPod[],
  signal: AbortSignal | undefined,
): Promise<AfterLoss> {
  const core = apiClient(kubeconfig, CoreV1Api);
  await Promise.all(nodes.map(({ name }) => core.deleteNode({ name })));
  // Nobody ends them any more.
  for (const node of nodes)
    for (const { metadata: { namespace = "", name = "" } = {} } of await podsOn(core, node.name))
      await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch(unlessGone);
  const placement = await settled(kubeconfig, signal);
  const components = componentsAfter(before, placement);
  return { lost, held: held.map(({ namespace, name }) => `${namespace}/${name}`), components, placement };
}

/** Evicts pods. @returns those that a budget held for as long as it was tried */
export async function drain(
  core: CoreV1Api,
  pods: readonly PlacedPod[],
  signal: AbortSignal | undefined,
): Promise<PlacedPod[]> {
  const deadline = Date.now() + toDrain;
  let left = [...pods];
  for (;;) {
    const evicted = await Promise.all(left.map((pod) => isEvicted(core, pod)));
    left = left.filter((_, i) => !evicted[i]);
    if (left.length === 0 || Date.now() > deadline) return left;
    await setTimeout(500, undefined, { signal });
  }
}

async function podsOn(core: CoreV1Api, node: string) {
  return (await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` })).items;
}

/** Waits until evicted pods have ended, as a drain does. */
export async function untilEnded(
  core: CoreV1Api,
  node: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + toEnd;
  const ends = async () => (await podsOn(core, node)).some(({ metadata }) => metadata?.deletionTimestamp);
  while ((await ends()) && Date.now() < deadline) await setTimeout(200, undefined, { signal });
}

async function isEvicted(core: CoreV1Api, { namespace, name }: PlacedPod): Promise<boolean> {
  try {
    await core.createNamespacedPodEviction({ namespace, name, body: { metadata: { namespace, name } } });
    return true;
  } catch (error) {
    if (error instanceof ApiException && error.code === 429) return false;
    unlessGone(error);
    return true;
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 404)) throw error;
}

/** The placement that stays as it is for a while. */
export async function settled(kubeconfig: string, signal: AbortSignal | undefined): Promise<Placement> {
  const deadline = Date.now() + toSettle;
  let placement = await readPlacement(kubeconfig);
  for (let since = Date.now(); Date.now() - since < toStay && Date.now() < deadline; ) {
    await setTimeout(500, undefined, { signal });
    const now = await readPlacement(kubeconfig);
    if (!isDeepStrictEqual(now, placement)) since = Date.now();
    placement = now;
  }
  return placement;
}

/** Components of graphs before and after: how much of each runs. */
export function componentsAfter(before: Placement, after: Placement): ComponentAfter[] {
  const [was, is] = [runningIn(before), runningIn(after)];
  return [...was].map(([key, count]) => {
    const [graph = "", component = ""] = JSON.parse(key) as string[];
    return { graph, component, before: count, after: is.get(key) ?? 0 };
  });
}

/** Running pods of graphs, by graph and component. Those of a worker over several nodes are one, and run where all of them do. */
function runningIn({ nodes, waiting }: Placement): Map<string, number> {
  const one = ({ namespace, name, worker = name }: PlacedPod) => `${namespace}/${worker}`;
  const waits = new Set(waiting.map(one));
  const running = new Map<string, Set<string>>();
  for (const pod of nodes.flatMap(({ pods }) => pods)) {
    const { graph, component } = pod;
    if (graph === undefined || component === undefined || waits.has(one(pod))) continue;
    const key = JSON.stringify([graph, component]);
    running.set(key, (running.get(key) ?? new Set()).add(one(pod)));
  }
  return new Map([...running].map(([key, { size }]) => [key, size]));
}
