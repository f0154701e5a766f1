/** Devices that pods claim by dynamic resource allocation, by what they are rather than by names. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";

/** Where devices come from: an NVLink domain, a class of which each pod gets its own, or an object that is there. */
export type Claim =
  | { readonly computeDomain: true }
  | { readonly deviceClass: string; readonly count: number }
  | { readonly template: string }
  | { readonly claim: string };

/** A claim of a pod, under its name there. */
export interface PodClaim {
  readonly name: string;
  /** The template that it is made from; empty where it is there. */
  readonly template: string;
  readonly claim: Claim;
}

/**
 * The claims of a pod.
 * @param beside the objects that its claims may be made from
 */
export function claimsOf(pod: Manifest, beside: readonly Manifest[]): PodClaim[] {
  return list(pod.resourceClaims).map((one) => ({
    name: text(at(one, "name")),
    template: text(at(one, "resourceClaimTemplateName")),
    claim: claimOf(one, beside),
  }));
}

function claimOf(claim: unknown, beside: readonly Manifest[]): Claim {
  const template = text(at(claim, "resourceClaimTemplateName"));
  if (template === "") return { claim: text(at(claim, "resourceClaimName")) };
  if (beside.some((object) => channelOf(object) === template)) return { computeDomain: true };
  const object = beside.find((one) => one.kind === "ResourceClaimTemplate" && nameOf(one) === template);
  const [request, ...more] = list(at(object, "spec", "spec", "devices", "requests"));
  const exactly = record(at(request, "exactly") ?? request);
  const deviceClass = text(exactly.deviceClassName);
  const others = ["selectors", "adminAccess", "tolerations", "allocationMode", "capacity"];
  const isPlain =
    deviceClass !== "" &&
    more.length === 0 &&
    others.every((field) => exactly[field] === undefined) &&
    at(object, "spec", "spec", "devices", "config") === undefined;
  return isPlain ? { deviceClass, count: Number(exactly.count ?? 1) } : { template };
}

/** Name of the template by which pods claim a channel of a ComputeDomain; undefined of other objects. */
export const channelOf = (object: Manifest): string | undefined =>
  object.kind === "ComputeDomain"
    ? text(at(object, "spec", "channel", "resourceClaimTemplate", "name"))
    : undefined;

const nameOf = (object: Manifest) => text(at(object, "metadata", "name"));

/** Whether an object makes claims that settings say, so that the stack makes one of its own. */
export function isTakenOver(object: Manifest, claims: readonly PodClaim[]): boolean {
  const template = object.kind === "ResourceClaimTemplate" ? nameOf(object) : channelOf(object);
  return claims.some(({ claim, template: own }) => own !== "" && own === template && !("template" in claim));
}
