/** The pods of one object, as it writes them. */
import { type Manifest, record } from "./manifest";

/** Pods that are all alike, as their object writes them. */
export interface Pods {
  /** Component of a graph, or the object's own name. */
  readonly component: string;
  /** The component's type in a Dynamo graph, in lower case; undefined outside of one, and where it is not known yet. */
  readonly type: string | undefined;
  /** Its part in a graph, `prefill` or `decode`, by which planners choose what they scale. */
  readonly role?: string;
  /** @default undefined: they are not written, and there is one */
  readonly replicas: unknown;
  /** Pods of one replica, each on its own node. @default 1 */
  readonly nodes?: unknown;
  /** Replicas to which its controller scales it by itself, where that is written. @default undefined: it does not */
  readonly scaledTo?: unknown;
  /** Pods of the same kind that may run beside the replicas. @default 0 */
  readonly beside?: number;
  /** Replicas that a rollout may run beside the others, as a number or in percent. @default undefined: the API's default, which is not counted */
  readonly surge?: unknown;
  /** Device class of the claim by which the operator gives the pods their whole GPUs, in place of the resource. */
  readonly claimedAs?: string | undefined;
  /** The pods' spec. */
  readonly pod: unknown;
  /** Names by which scalers refer to it, in lower case: `deployment/trainer`. */
  readonly scaledAs: readonly string[];
}

/** An object, divided into pods and the rest. */
export interface ManifestReading {
  readonly pods: readonly Pods[];
  /** Reasons why its GPUs can't be counted. */
  readonly uncounted?: readonly string[];
  /** The rest of the object, in which no GPUs are expected. */
  readonly elsewhere?: unknown;
}

/** A record's fields but for some. */
export function without(value: unknown, ...fields: readonly string[]): Manifest {
  return Object.fromEntries(Object.entries(record(value)).filter(([field]) => !fields.includes(field)));
}
