/** Pods of graphs and the GPUs that they hold, at each change of any of them. */
import { setTimeout } from "node:timers/promises";
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { conditionOf } from "../components/hooks/waitingPods";
import { wholeGpu } from "../config/accelerators";
import { podGpus } from "../gpus/podGpus";
import { graphLabel } from "../plan/graph/labels";
import { clusterConfig } from "./clients";
import { hasEnded } from "./placement";
import { watchObjects } from "./watchObjects";

/** What became of pods in a span of time. */
export interface PodsInSpan {
  /** Pods that were made, and pods that went. */
  readonly started: number;
  readonly gone: number;
  /** Most GPUs that scheduled pods held at one time. */
  readonly peak: number;
  /** Of these GPUs, those of pods that were told to end. Nodes and quotas count them until they have. */
  readonly ending: number;
}

export interface PodCounts {
  /** What became of pods since the last span was taken, or since the start. */
  takeSpan(): PodsInSpan;
  /** Waits until all pods are Ready, none ends any more, and it stays so. @returns whether it came to that in time */
  settled(signal?: AbortSignal): Promise<boolean>;
  stop(): Promise<void>;
}

/** That pods must stay as they are, and that they have to come to it, in ms. */
const [toStay, toSettle] = [4_000, 180_000];

/** Counts the pods of all graphs of a cluster, from now on. */
export async function startPodCounts(kubeconfig: string): Promise<PodCounts> {
  const config = clusterConfig(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const counts = countPods();
  const watch = await watchObjects(
    config,
    "/api/v1/pods",
    () => core.listPodForAllNamespaces({ labelSelector: graphLabel }),
    counts,
  );
  return {
    takeSpan: counts.takeSpan,
    async settled(signal) {
      const deadline = Date.now() + toSettle;
      while (Date.now() < deadline) {
        if (counts.restsFor() >= toStay) return true;
        await setTimeout(200, undefined, { signal });
      }
      return false;
    },
    stop: watch.stop,
  };
}

/** The counting itself: it hears of pods, and of those that are gone. */
export function countPods(now: () => number = Date.now) {
  const pods = new Map<string, V1Pod>();
  let span = { started: 0, gone: 0, peak: 0, ending: 0 };
  let changed = now();

  function look() {
    changed = now();
    const held = [...pods.values()].filter((pod) => pod.spec?.nodeName && !hasEnded(pod));
    const sum = (some: readonly V1Pod[]) => some.reduce((gpus, pod) => gpus + gpusOf(pod), 0);
    const peak = sum(held);
    if (peak > span.peak) span = { ...span, peak, ending: sum(held.filter(ends)) };
  }

  return {
    seen(pod: V1Pod) {
      const { uid = "", labels } = pod.metadata ?? {};
      if (labels?.[graphLabel] === undefined) return;
      if (!pods.has(uid)) span.started++;
      pods.set(uid, pod);
      look();
    },
    gone({ metadata }: V1Pod) {
      if (!pods.delete(metadata?.uid ?? "")) return;
      span.gone++;
      look();
    },
    takeSpan(): PodsInSpan {
      const taken = span;
      span = { started: 0, gone: 0, peak: 0, ending: 0 };
      look();
      return taken;
    },
    /** Milliseconds for which all pods have been Ready and as they are; 0 where one is not, or ends. */
    restsFor(): number {
      const rests = [...pods.values()].every(
        (pod) => !ends(pod) && (hasEnded(pod) || conditionOf(pod, "Ready")?.status === "True"),
      );
      return rests ? now() - changed : 0;
    },
  };
}

const gpusOf = ({ spec }: V1Pod) => podGpus(spec).byKind[wholeGpu] ?? 0;
const ends = ({ metadata }: V1Pod) => metadata?.deletionTimestamp !== undefined;
