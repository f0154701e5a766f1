import type { NodesConfig } from "../config/placement";

/** Fields of a PodSpec that say on which nodes it may run, and how much it matters. */
export function onNodes({ nodeSelector, tolerations, affinity, priorityClass }: NodesConfig) {
  return {
    ...(nodeSelector && Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations && { tolerations }),
    ...(affinity && { affinity }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
  };
}
