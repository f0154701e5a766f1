/** Takes a node out of a rehearsal's cluster, and sees what becomes of its pods: the real scheduler and evictions decide. */
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

/** What came of the loss of a node. */
export interface AfterLoss {
  readonly node: string;
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
  const lost = name === undefined ? largest(before.nodes) : before.nodes.find((one) => one.name === name);
  if (lost === undefined)
    throw new Error(
      `there is no node ${name ?? ""}: write one of ${before.nodes.map((one) => one.name).join(", ")}`,
    );
  const node = lost.name;
  // The Eviction API looks at budgets and not at nodes: without this the scheduler would take it again.
  await core.patchNode({ name: node, body: [{ op: "add", path: "/spec/unschedulable", value: true }] });
  const held = await drain(core, lost.pods, signal);
  await untilEnded(core, node, signal);
  await core.deleteNode({ name: node });
  // Nobody ends them any more.
  for (const { metadata: { namespace = "", name = "" } = {} } of await podsOn(core, node))
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch(unlessGone);
  const placement = await settled(kubeconfig, signal);
  return {
    node,
    held: held.map(({ namespace, name }) => `${namespace}/${name}`),
    components: componentsAfter(before, placement),
    placement,
  };
}

function largest(nodes: readonly PlacedNode[]): PlacedNode | undefined {
  return [...nodes].sort((a, b) => b.gpus.allocatable - a.gpus.allocatable || b.gpus.used - a.gpus.used)[0];
}

/** Evicts pods. @returns those that a budget held for as long as it was tried */
async function drain(
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
async function untilEnded(core: CoreV1Api, node: string, signal: AbortSignal | undefined): Promise<void> {
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
async function settled(kubeconfig: string, signal: AbortSignal | undefined): Promise<Placement> {
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
