import { CoreV1Api, type CoreV1Event, type V1Node, type V1Pod } from "@kubernetes/client-node";
import { conditionOf, whyPodWaits } from "../components/hooks/waitingPods";
import { wholeGpu } from "../config/accelerators";
import { podGpus } from "../gpus/podGpus";
import { wideWorkerOf } from "../plan/graph/labels";
import { zoneLabel } from "../plan/zones";
import { apiClient } from "./clients";

/** A pod, and whose it is: the graph and component of one of Dynamo's, the workload of any other. */
export interface PlacedPod {
  readonly namespace: string;
  readonly name: string;
  readonly graph?: string;
  readonly component?: string;
  /** The worker that the pod is a part of, where it has pods on several nodes. */
  readonly worker?: string;
  /** Name of the Deployment, StatefulSet, … that the pod is of; its own name where there is none. */
  readonly workload: string;
  /** GPUs that the pod asks for. */
  readonly gpus: number;
}

/** A pod that is not Ready, and why: in the scheduler's own words where it is the scheduler that finds no place. */
export interface WaitingPod extends PlacedPod {
  /** The node that it is scheduled on, if any. */
  readonly node?: string;
  readonly reason: string;
}

export interface PlacedNode {
  readonly name: string;
  /** Zone that it is in, where it says so. */
  readonly zone?: string;
  /** `used` counts the pods of all namespaces. */
  readonly gpus: { readonly used: number; readonly allocatable: number };
  readonly pods: readonly PlacedPod[];
}

/** Pods by node, and those that do not run. */
export interface Placement {
  readonly nodes: readonly PlacedNode[];
  readonly waiting: readonly WaitingPod[];
}

/**
 * The pods on each node of a cluster now, and those that don't run, with the reason.
 *
 * @param namespaces - those whose pods are listed. Default all
 */
export async function readPlacement(kubeconfig: string, namespaces?: readonly string[]): Promise<Placement> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const [nodes, pods, events] = await Promise.all([
    core.listNode(),
    core.listPodForAllNamespaces(),
    core.listEventForAllNamespaces({ fieldSelector: "reason=FailedScheduling" }),
  ]);
  return placementOf({ nodes: nodes.items, pods: pods.items, events: events.items }, namespaces);
}

/** {@link readPlacement} of objects that were read before. */
export function placementOf(
  cluster: { nodes: readonly V1Node[]; pods: readonly V1Pod[]; events: readonly CoreV1Event[] },
  namespaces?: readonly string[],
): Placement {
  const isListed = (pod: V1Pod) => !namespaces || namespaces.includes(pod.metadata?.namespace ?? "");
  const nodes = cluster.nodes.map((node): PlacedNode => {
    const here = cluster.pods.filter((pod) => pod.spec?.nodeName === node.metadata?.name && !hasEnded(pod));
    const zone = node.metadata?.labels?.[zoneLabel];
    return {
      name: node.metadata?.name ?? "",
      ...(zone !== undefined && { zone }),
      gpus: {
        used: here.reduce((sum, pod) => sum + wholeGpusOf(pod), 0),
        allocatable: Number(node.status?.allocatable?.[wholeGpu] ?? 0),
      },
      pods: here.filter(isListed).map(placedPod),
    };
  });
  const waiting = cluster.pods.filter(
    (pod) =>
      isListed(pod) && pod.status?.phase !== "Succeeded" && conditionOf(pod, "Ready")?.status !== "True",
  );
  return {
    nodes: nodes.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })),
    waiting: waiting.map((pod) => ({
      ...placedPod(pod),
      node: pod.spec?.nodeName,
      reason: hasEnded(pod)
        ? (pod.status?.message ?? pod.status?.reason ?? "failed")
        : whyPodWaits(pod, cluster.events),
    })),
  };
}

/** An ended pod keeps its node, but none of its resources. */
export function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function placedPod(pod: V1Pod): PlacedPod {
  const { namespace = "", name = "", labels = {}, ownerReferences = [] } = pod.metadata ?? {};
  const owner = ownerReferences.find(({ controller }) => controller)?.name ?? name;
  return {
    namespace,
    name,
    graph: labels["nvidia.com/dynamo-graph-deployment-name"],
    component: labels["nvidia.com/dynamo-component"],
    worker: wideWorkerOf(labels),
    // A Deployment's ReplicaSet ends in the hash that its pods are labelled with.
    workload: owner.replace(`-${labels["pod-template-hash"]}`, ""),
    gpus: wholeGpusOf(pod),
  };
}

function wholeGpusOf({ spec }: V1Pod): number {
  return podGpus(spec).byKind[wholeGpu] ?? 0;
}
