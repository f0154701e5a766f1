/** Where downloaded models are kept. */
import type { ModelCacheConfig } from "../config/schema";

/** The runtime's images run as user dynamo, uid 1000, since 0.7: a mount below /root is never read. */
export const modelCacheMountPath = "/home/dynamo/.cache/huggingface";

/** Name of the claim that a graph's cache makes. It stays the same in both modes. */
export const modelCacheClaim = (graph: string) => `${graph}-model-cache`;

/** The volume of a graph's pods that holds its models. */
export function modelCacheVolume(graph: string, { hostPath, pvc }: ModelCacheConfig) {
  return {
    name: "model-cache",
    ...(hostPath !== undefined && { hostPath: { path: hostPath, type: "DirectoryOrCreate" } }),
    ...(pvc !== undefined && { persistentVolumeClaim: { claimName: modelCacheClaim(graph) } }),
  };
}
