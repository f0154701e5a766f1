/** Devices that pods claim by dynamic resource allocation, by what they are rather than by names. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { without } from "../../gpus/reading";

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
  const plain = plainRequest(at(object, "spec", "spec"));
  return plain && Object.keys(without(object?.spec, "spec", "metadata")).length === 0 ? plain : { template };
}

/** Devices of a claim that says a class and their number, and nothing else; undefined of others. */
function plainRequest(spec: unknown): { deviceClass: string; count: number } | undefined {
  const { devices, ...others } = record(spec);
  const { requests, ...constraints } = record(devices);
  const [request, ...more] = list(requests);
  const { name: _, exactly, ...beside } = record(request);
  const {
    deviceClassName,
    count = 1,
    allocationMode = "ExactCount",
    ...selection
  } = record(exactly ?? beside);
  const isSaid = text(deviceClassName) !== "" && allocationMode === "ExactCount" && typeof count === "number";
  const rest = [others, constraints, selection, exactly === undefined ? {} : beside];
  return isSaid && more.length === 0 && rest.every((one) => Object.keys(one).length === 0)
    ? { deviceClass: text(deviceClassName), count }
    : undefined;
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
