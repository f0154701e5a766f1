import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";

/** A member's pod, as the controller of StatefulSets makes it. */
export function podOf({ metadata, spec }: V1StatefulSet, name: string): V1Pod {
  const { template, volumeClaimTemplates = [] } = spec ?? {};
  const claims = volumeClaimTemplates.map((claim) => {
    const volume = claim.metadata?.name ?? "";
    return { name: volume, persistentVolumeClaim: { claimName: `${volume}-${name}` } };
  });
  const { containers = [], volumes = [], ...rest } = template?.spec ?? {};
  return {
    metadata: { ...template?.metadata, name, namespace: metadata?.namespace },
    spec: { ...rest, containers, volumes: [...volumes, ...claims] },
  };
}
