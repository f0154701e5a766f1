/** Devices that a component's pods claim: their GPUs, their channel to the NVLink domain of the graph, and others. */
import type { ResourceClaimConfig } from "../../config/claims";
import type { Pool } from "../../config/pools";
import { contentName } from "../contentName";

/** A pod's claim, in Kubernetes' fields. */
export type PodClaim = { readonly name: string } & (
  | { readonly resourceClaimName: string }
  | { readonly resourceClaimTemplateName: string }
);

/** Claims of a pool's pods, and the objects that they are made from. */
export function claimsOf(
  { name: pool, gpus, gpuDeviceClass, computeDomain, resourceClaims }: Pool,
  { deployment, namespace }: { readonly deployment: string; readonly namespace: string },
): { readonly claims: readonly PodClaim[]; readonly objects: readonly ClaimObject[] } {
  const claims: PodClaim[] = [];
  const objects: ClaimObject[] = [];
  const claimOwn = (name: string, deviceClass: string, count: number) => {
    const object = templateOf(`${deployment}-${pool.toLowerCase()}-${name}`, namespace, deviceClass, count);
    claims.push({ name, resourceClaimTemplateName: object.metadata.name });
    objects.push(object);
  };
  if (gpuDeviceClass !== undefined) claimOwn("gpus", gpuDeviceClass, gpus);
  if (computeDomain) {
    const domain = computeDomainOf(deployment, namespace);
    objects.push(domain);
    const { name } = domain.spec.channel.resourceClaimTemplate;
    claims.push({ name: "compute-domain-channel", resourceClaimTemplateName: name });
  }
  for (const { name, deviceClass, count = 1, ...there } of resourceClaims)
    if (deviceClass !== undefined) claimOwn(name, deviceClass, count);
    else claims.push({ name, ...thereOf(there) });
  return { claims, objects };
}

function thereOf({ template, claim = "" }: Pick<ResourceClaimConfig, "template" | "claim">) {
  return template === undefined ? { resourceClaimName: claim } : { resourceClaimTemplateName: template };
}

/** A template, which Kubernetes lets nobody change. */
function templateOf(name: string, namespace: string, deviceClassName: string, count: number) {
  const request = { name: "devices", exactly: { deviceClassName, count } };
  return {
    apiVersion: "resource.k8s.io/v1" as const,
    kind: "ResourceClaimTemplate" as const,
    metadata: { name: contentName(name, JSON.stringify(request)), namespace },
    spec: { spec: { devices: { requests: [request] } } },
  };
}

/**
 * The NVLink domain of a graph's workers over nodes (IMEX), which NVIDIA's DRA driver sets up for those that hold a channel of
 * it: with no number of nodes, it takes those that come.
 */
function computeDomainOf(deployment: string, namespace: string) {
  const name = `${deployment}-compute-domain`;
  return {
    apiVersion: "resource.nvidia.com/v1beta1" as const,
    kind: "ComputeDomain" as const,
    metadata: { name, namespace },
    spec: { numNodes: 0, channel: { resourceClaimTemplate: { name: `${name}-channel` } } },
  };
}

export type ClaimObject = ReturnType<typeof templateOf> | ReturnType<typeof computeDomainOf>;
