/** A kubelet for all nodes: of each scheduled pod it runs what there is to run on this machine, and reports its status. */
import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import type { Place } from "../members/place";
import type { LocalPod } from "../members/pod";
import { hasEnded } from "../placement";
import { watchObjects } from "../watchObjects";
import { podKey, type RunningPod, runPod } from "./runningPod";

interface KubeletOptions {
  readonly config: KubeConfig;
  /** Address of the pod's node. */
  readonly node: string;
  placeOf(pod: V1Pod): Place;
  /**
   * The process to run for a pod, asked anew at each start. None: the pod is Ready at once or, if it is a Job's, succeeds at
   * once, as simulated ones do.
   */
  programOf(pod: V1Pod): ((place: Place) => Promise<LocalPod>) | undefined;
  readonly report?: (line: string) => void;
}

/** Runs until it is stopped; then every process ends at once, and pods keep the status that they have. */
export async function startKubelet(options: KubeletOptions): Promise<{ stop(): Promise<void> }> {
  const { config } = options;
  const core = config.makeApiClient(CoreV1Api);
  /** Pods by uid, and the last of each name: the next of that name has the same address. */
  const running = new Map<string, RunningPod>();
  const last = new Map<string, Promise<void>>();

  function seen(pod: V1Pod) {
    const { uid = "", deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata ?? {};
    if (!pod.spec?.nodeName || !pod.metadata?.labels) return; // kwok lets go of pods with labels alone
    let known = running.get(uid);
    if (!known) {
      if (hasEnded(pod) && !deletionTimestamp) return;
      const key = podKey(pod);
      known = runPod({
        ...options,
        core,
        pod,
        place: options.placeOf(pod),
        prepare: options.programOf(pod),
        previous: last.get(key),
      });
      running.set(uid, known);
      const ended = known.ended.finally(() => {
        running.delete(uid);
        if (last.get(key) === ended) last.delete(key);
      });
      last.set(key, ended);
    }
    if (deletionTimestamp) known.end(deletionGracePeriodSeconds);
  }
  const watch = await watchObjects(config, "/api/v1/pods", () => core.listPodForAllNamespaces(), {
    seen,
    gone: ({ metadata }) => running.get(metadata?.uid ?? "")?.end(0),
  });
  return {
    async stop() {
      await watch.stop();
      const all = [...running.values()];
      await Promise.all(all.map((pod) => pod.abandon()));
    },
  };
}
