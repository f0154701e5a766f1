/** The graph's pods in a rehearsal, looked at and ended. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { conditionOf } from "../../components/hooks/waitingPods";
import { componentLabel, componentTypeLabel } from "../../plan/graph/labels";
import { apiClient } from "../../rehearsal/clients";
import { ports } from "../../rehearsal/runtime/modules";
import { loopback } from "../../rehearsal/serve/addresses";

/** How a worker ends: its pod is deleted, or its processes are gone at once and start again. */
export type Ending = "SIGTERM" | "SIGKILL";

export interface GraphPods {
  /** Keeps `/metrics` of one pod of each component as `<path>-<component>.prom`. */
  metrics(path: string): Promise<void>;
  /** Waits until so many workers are Ready, for as long as their model takes. @returns seconds that it took */
  workersReady(count: number): Promise<number>;
  endWorker(ending: Ending): Promise<void>;
}

const isFrontend = ({ metadata }: V1Pod) => metadata?.labels?.[componentTypeLabel] === "frontend";
const isReady = (pod: V1Pod) =>
  !pod.metadata?.deletionTimestamp && conditionOf(pod, "Ready")?.status === "True";

export function graphPods(kubeconfig: string): GraphPods {
  const core = apiClient(kubeconfig, CoreV1Api);
  const all = async () =>
    (await core.listPodForAllNamespaces({ labelSelector: componentTypeLabel })).items.filter(isReady);
  const workers = async () => (await all()).filter((pod) => !isFrontend(pod));
  return {
    async metrics(path) {
      for (const pod of await all()) {
        const { [componentLabel]: component = "" } = pod.metadata?.labels ?? {};
        const port = isFrontend(pod) ? ports.http : ports.system;
        const address = loopback(pod.status?.podIP ?? "");
        const response = await fetch(`http://${address}:${port}/metrics`);
        writeFileSync(`${path}-${component.toLowerCase()}.prom`, await response.text());
      }
    },
    async workersReady(count) {
      const start = performance.now();
      while ((await workers()).length < count) await sleep(500);
      return Math.round((performance.now() - start) / 100) / 10;
    },
    async endWorker(ending) {
      const [pod] = await workers();
      const { name = "", namespace = "" } = pod?.metadata ?? {};
      if (ending === "SIGTERM") await core.deleteNamespacedPod({ name, namespace });
      else for (const pid of processesOf(name)) process.kill(pid, ending);
    },
  };
}

/** Processes with the env of a pod: those of its container. */
function processesOf(pod: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`POD_NAME=${pod}`);
      } catch {
        return false; // it has ended, or is another user's
      }
    });
}
