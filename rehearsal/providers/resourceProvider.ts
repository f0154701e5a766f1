import type { Properties } from "./properties";

/** Context of the engine's request: the resource, a report of the work on it, and a signal that ends it. */
export interface Operation {
  readonly urn: string;
  /** The resource's type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The resource's logical name. */
  readonly name: string;
  /** Aborted when the engine cancels, or goes away. */
  readonly signal: AbortSignal;
  /** Shows a line beside the resource while it is worked on. */
  report(line: string): void;
}

export interface PropertyChange {
  readonly kind: "ADD" | "DELETE" | "UPDATE";
  readonly replace: boolean;
}

/** Changes by property path, as `spec.ports[0].port` or `metadata.labels["app.kubernetes.io/name"]`. */
export type PropertyChanges = Map<string, PropertyChange>;

/** A creation or an update. In a preview nothing may be written. */
export interface Writing {
  readonly inputs: Properties;
  readonly preview: boolean;
  /** Seconds, from the resource's `customTimeouts`; 0 when it has none. */
  readonly timeout: number;
}

/** A resource as the engine keeps it from one operation to the next. */
export interface State {
  /** Empty when the resource doesn't exist (any more). */
  readonly id: string;
  readonly properties: Properties;
  readonly inputs?: Properties;
}

/** The part of Pulumi's provider protocol that a stack needs. */
export interface ResourceProvider {
  /** The version that the engine compares with the SDK's. */
  readonly version: string;
  /** The provider's settings by name; the engine sends every value as a string. */
  configure(settings: ReadonlyMap<string, string>): Promise<void>;
  /** The settings whose change makes another provider, and so replaces every resource. */
  replacesProvider(olds: Properties, news: Properties): string[];
  check(operation: Operation, olds: Properties, news: Properties): Promise<Properties>;
  diff(
    operation: Operation,
    state: Properties,
    news: Properties,
  ): Promise<{ changes: PropertyChanges; deleteBeforeReplace: boolean }>;
  create(operation: Operation, writing: Writing): Promise<State>;
  read(operation: Operation, state: State): Promise<State>;
  update(operation: Operation, state: State, writing: Writing): Promise<Properties>;
  delete(operation: Operation, state: State, timeout: number): Promise<void>;
}

/** The resource exists, but is not what was asked for: the engine keeps its state, and updates it the next time. */
export class InitializationError extends Error {
  constructor(
    message: string,
    readonly reasons: readonly string[],
    readonly state: State,
  ) {
    super(message);
  }
}
