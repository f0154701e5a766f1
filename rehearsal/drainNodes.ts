/** Drains a rehearsal's nodes one after the other, as an upgrade of their pool does. */
import { CoreV1Api } from "@kubernetes/client-node";
import { apiClient } from "./clients";
import { type ComponentAfter, componentsAfter, cordon, drain, settled, untilEnded } from "./loseNode";
import { readPlacement } from "./placement";

/** What came of the drain of a node, before it was given back. */
export interface DrainedNode {
  readonly node: string;
  /** Pods that a PodDisruptionBudget held for as long as it was tried, as `namespace/name`: the drain would wait on. */
  readonly held: readonly string[];
  /** Pods that found no other node, as `namespace/name`. */
  readonly waiting: readonly string[];
  /** Components of graphs, each before all drains and without this node. */
  readonly components: readonly ComponentAfter[];
}

/**
 * Drains each node that has pods, sees what runs without it, and gives it back before the next.
 * @param report hears of each node
 */
export async function drainNodes(
  kubeconfig: string,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<DrainedNode[]> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const before = await readPlacement(kubeconfig);
  const used = before.nodes.filter(({ pods }) => pods.length > 0).map(({ name }) => name);
  const drained: DrainedNode[] = [];
  for (const [i, name] of used.entries()) {
    report(`draining ${name} (${i + 1} of ${used.length})`);
    const node = (await readPlacement(kubeconfig)).nodes.filter((one) => one.name === name);
    await cordon(core, node);
    const held = await drain(
      core,
      node.flatMap(({ pods }) => pods),
      signal,
    );
    await untilEnded(core, name, signal);
    const without = await settled(kubeconfig, signal);
    const named = (pods: readonly { namespace: string; name: string }[]) =>
      pods.map((pod) => `${pod.namespace}/${pod.name}`);
    drained.push({
      node: name,
      held: named(held),
      waiting: named(without.waiting),
      components: componentsAfter(before, without),
    });
    await cordon(core, node, false);
    await settled(kubeconfig, signal);
  }
  return drained;
}
