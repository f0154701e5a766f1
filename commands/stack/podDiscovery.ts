/** How pods find each other, by what the operator has given them. */
import type { V1Pod } from "@kubernetes/client-node";
import type { Runtime } from "../../config/runtime/runtime";
import { envOf } from "../verify/graphPods";

/** Pods that find each other otherwise than a runtime's mode has it; none where the operator's release leaves no trace of it. */
export function podsOfOtherMode(
  pods: readonly V1Pod[],
  { podDiscoveryBackend }: Pick<Runtime, "podDiscoveryBackend">,
): V1Pod[] {
  if (podDiscoveryBackend === undefined) return [];
  const isKubernetes = podDiscoveryBackend === "kubernetes";
  return pods.filter((pod) => (envOf(pod).get("DYN_DISCOVERY_BACKEND") === "kubernetes") !== isKubernetes);
}
