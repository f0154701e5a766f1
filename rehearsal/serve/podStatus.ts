/** The status of a pod, as its kubelet reports it. */
import type { V1ContainerState, V1Pod, V1PodStatus } from "@kubernetes/client-node";

/** The state of a pod of one container. */
export interface PodState {
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  /** Readiness of the pod and of all its containers. */
  readonly ready: boolean;
  readonly restarts: number;
  readonly container: V1ContainerState;
  /** Since when it is Ready, or isn't. */
  readonly since: Date;
}

/** Patch of the status; conditions that are not named stay. */
export function podStatus(
  { metadata, spec }: V1Pod,
  { phase, ready, restarts, container, since }: PodState,
  { node, pod }: { node: string; pod: string },
): V1PodStatus {
  const condition = (type: string, isSo: boolean) => ({
    type,
    status: isSo ? "True" : "False",
    lastTransitionTime: since,
  });
  const isOver = phase === "Succeeded" || phase === "Failed";
  return {
    phase,
    conditions: [
      condition("Initialized", true),
      condition("Ready", ready),
      condition("ContainersReady", ready),
    ],
    containerStatuses: spec?.containers.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: "",
      ready,
      started: container.running !== undefined,
      restartCount: restarts,
      state: container,
    })),
    initContainerStatuses: spec?.initContainers?.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { terminated: { exitCode: 0, reason: "Completed" } },
    })),
    hostIP: node,
    hostIPs: [{ ip: node }],
    startTime: metadata?.creationTimestamp,
    ...(!isOver && { podIP: pod, podIPs: [{ ip: pod }] }),
  };
}
