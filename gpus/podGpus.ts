/** GPUs that one pod asks for. */

import { isGpu } from "../config/accelerators";
import { own } from "../config/own";
import { containerLists } from "./containers";
import { at, list, notKnown, record, text } from "./manifest";
import { quantity, wholeCount } from "./quantity";
import { nameIn } from "./references";

/** One resource that one container asks for. */
interface GpuAsk {
  readonly container: string;
  /** Name of the resource, such as nvidia.com/gpu. */
  readonly kind: string;
  /** Request and limit as written; undefined where they are not. */
  readonly request: number | typeof notKnown | undefined;
  readonly limit: number | typeof notKnown | undefined;
}

interface PodGpus {
  readonly asks: readonly GpuAsk[];
  /** By resource, rounded up; of containers that run one after the other the greediest. */
  readonly byKind: Readonly<Record<string, number>>;
  /** Devices that it claims, by their claim or template. */
  readonly claims: readonly PodClaim[];
  /** Reasons why GPUs can't be counted. */
  readonly uncounted: readonly string[];
}

/** A claim of dynamic resource allocation. */
export interface PodClaim {
  readonly kind: "ResourceClaim" | "ResourceClaimTemplate";
  readonly name: string;
}

/**
 * GPUs of a pod's spec, counted as the scheduler does: containers and restartable init containers together, or the largest init container with
 * the restartable ones before it.
 */
export function podGpus(spec: unknown): PodGpus {
  if (spec === notKnown)
    return { asks: [], byKind: {}, claims: [], uncounted: ["its pods are not known yet"] };
  const initContainers = asking(spec, "initContainers");
  const running = [...asking(spec, "containers"), ...asking(spec, "ephemeralContainers")];
  const before: GpuAsk[] = [];
  const peaks: Record<string, number>[] = [];
  for (const { restartable, asks } of initContainers) {
    if (restartable) before.push(...asks);
    peaks.push(sum(restartable ? before : [...before, ...asks]));
  }
  peaks.push(sum([...before, ...running.flatMap(({ asks }) => asks)]));
  const asks = [...initContainers, ...running].flatMap((container) => container.asks);
  return {
    asks,
    byKind: greatest(peaks),
    claims: list(at(spec, "resourceClaims")).map(claimOf),
    uncounted: [...asks.flatMap(uncountedAsk), ...unknownParts(spec)],
  };
}

interface Container {
  /** A sidecar: it goes on running beside the containers that start after it. */
  readonly restartable: boolean;
  readonly asks: readonly GpuAsk[];
}

function asking(spec: unknown, field: string): Container[] {
  return list(at(spec, field)).map((container) => ({
    restartable: isRestartable(at(container, "restartPolicy")),
    asks: asksOf(text(at(container, "name")), at(container, "resources")),
  }));
}

/** Whether it may restart: also where that is not known yet. */
const isRestartable = (policy: unknown) => policy === "Always" || policy === notKnown;

function asksOf(container: string, resources: unknown): GpuAsk[] {
  const requests = at(resources, "requests");
  const limits = at(resources, "limits");
  const kinds = new Set([requests, limits].flatMap((amounts) => Object.keys(record(amounts))).filter(isGpu));
  const amount = (amounts: unknown, kind: string) => {
    const written = at(amounts, kind);
    return written === undefined ? undefined : quantity(written);
  };
  return [...kinds].map((kind) => ({
    container,
    kind,
    request: amount(requests, kind),
    limit: amount(limits, kind),
  }));
}

/** GPUs of an ask: the larger of both, whole. An unknown one counts as none here, and is reported as uncounted. */
function amountOf({ request, limit }: GpuAsk): number {
  const amounts = [request, limit].map((amount) => wholeCount(amount ?? 0));
  return Math.max(0, ...amounts.filter((amount) => typeof amount === "number" && amount >= 0).map(Number));
}

function sum(asks: readonly GpuAsk[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const ask of asks) total[ask.kind] = (own(total, ask.kind) ?? 0) + amountOf(ask);
  return total;
}

function greatest(totals: readonly Record<string, number>[]): Record<string, number> {
  const peak: Record<string, number> = {};
  for (const total of totals)
    for (const [kind, count] of Object.entries(total)) peak[kind] = Math.max(own(peak, kind) ?? 0, count);
  return peak;
}

function uncountedAsk({ container, kind, request, limit }: GpuAsk): string[] {
  if (request === notKnown || limit === notKnown)
    return [`${kind} of container ${container} is not known yet: write a number`];
  return [request, limit].some((amount) => Number.isNaN(wholeCount(amount ?? 0)))
    ? [`${kind} of container ${container} is not a number`]
    : [];
}

function claimOf(claim: unknown): PodClaim {
  const template = nameIn(at(claim, "resourceClaimTemplateName"));
  return template === ""
    ? { kind: "ResourceClaim", name: nameIn(at(claim, "resourceClaimName")) }
    : { kind: "ResourceClaimTemplate", name: template };
}

const isList = (value: unknown) => Array.isArray(value);
const isObject = (value: unknown) => record(value) === value;

/** Parts of a pod that may hide GPUs: they are not known yet, or of a shape that the API does not have. */
function unknownParts(spec: unknown): string[] {
  const found: string[] = [];
  const look = (value: unknown, name: string, fits: (value: unknown) => boolean) => {
    if (value === notKnown) found.push(`${name} of its pods is not known yet`);
    else if (value !== undefined && value !== null && !fits(value))
      found.push(`${name} of its pods can't be read: write ${fits === isList ? "a list" : "an object"}`);
  };
  look(spec, "spec", isObject);
  look(at(spec, "resourceClaims"), "resourceClaims", isList);
  for (const field of containerLists) {
    look(at(spec, field), field, isList);
    for (const [i, container] of list(at(spec, field)).entries()) {
      const name = `${field}[${i}]`;
      look(container, name, isObject);
      look(at(container, "resources"), `${name}.resources`, isObject);
      for (const part of ["limits", "requests"])
        look(at(container, "resources", part), `${name}.resources.${part}`, isObject);
    }
  }
  return found;
}
