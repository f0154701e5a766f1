/** What one kind of object says of its pods. */
import { type Manifest, record } from "./manifest";

/** Pods that are all alike, as their object writes them. */
export interface Pods {
  /** Component of a graph, or the object's own name. */
  readonly component: string;
  /** The component's type in a Dynamo graph, in lower case; undefined outside of one, and where it is not known yet. */
  readonly type: string | undefined;
  /** What it does in a graph, as planners tell those apart that they scale: `prefill` and `decode`. */
  readonly role?: string;
  /** Undefined where they are not written: then there is one. */
  readonly replicas: unknown;
  /** Pods of one replica, each on its own node. Default: 1. */
  readonly nodes?: unknown;
  /** Pods of the same kind that may run beside the replicas. Default: 0. */
  readonly beside?: number;
  /** Device class of the claim by which the operator gives the pods their whole GPUs, in place of the resource. */
  readonly claimedAs?: string | undefined;
  /** The pods' spec. */
  readonly pod: unknown;
  /** What a scaler calls it, in lower case: `deployment/trainer`. */
  readonly scaledAs: string;
}

export interface Reading {
  readonly pods: readonly Pods[];
  /** What may lead to GPUs that can't be counted, and why. */
  readonly uncounted?: readonly string[];
  /** What is left of the object, in which no GPUs are expected. */
  readonly elsewhere?: unknown;
}

/** A record's fields but for some. */
export function without(value: unknown, ...fields: readonly string[]): Manifest {
  return Object.fromEntries(Object.entries(record(value)).filter(([field]) => !fields.includes(field)));
}
