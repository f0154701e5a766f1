import type { KubernetesObject } from "./clusterApi";
import { isMap, type Properties, reveal, secret, withSecretsOf } from "./properties";
import { NotReady } from "./readiness";
import { InitializationError, type State } from "./resourceProvider";

/**
 * An object's state, in the official plugin's form: the live object's own fields, and beside them what the program asked
 * for and whom the server knows as the one that applies it.
 */
export function checkpoint(inputs: Properties, live: KubernetesObject, manager: string): Properties {
  return {
    ...withSecrets(inputs, live),
    __inputs: withSecrets(inputs, reveal(inputs)),
    __initialApiVersion: live.apiVersion,
    __fieldManager: manager,
  };
}

/** The reverse of {@link checkpoint}, with secrets revealed. What is imported has no manager yet. */
export function parseCheckpoint(state: Properties): {
  inputs: KubernetesObject;
  live: KubernetesObject;
  manager?: string;
} {
  const { __inputs, __initialApiVersion, __fieldManager, ...live } = reveal(state);
  return {
    inputs: asObject(isMap(__inputs) ? __inputs : {}),
    live: asObject(live),
    manager: __fieldManager as string | undefined,
  };
}

export const asObject = (properties: Properties) => properties as unknown as KubernetesObject;

/** Secrets stay secret; what a Secret holds is one whether or not the program said so. */
export function withSecrets(like: Properties, values: Properties): Properties {
  const marked = withSecretsOf(like, values);
  if (values.kind !== "Secret") return marked;
  const contents = ["data", "stringData"].filter((key) => key in values);
  return { ...marked, ...Object.fromEntries(contents.map((key) => [key, secret(values[key])])) };
}

/** The fields of a live object that a program could have written. */
export function importable({ status, metadata, ...fields }: KubernetesObject): Properties {
  const { creationTimestamp, generation, managedFields, resourceVersion, uid, ...written } = metadata;
  return { ...fields, metadata: written };
}

/** The error for an object that is there, but not as it should be; `state` is made of how it was seen last. */
export function halfMade(what: string, error: unknown, state: (live?: KubernetesObject) => State) {
  const message = [what, error instanceof Error ? error.message : String(error)].filter(Boolean).join(": ");
  if (error instanceof NotReady) return new InitializationError(message, error.reasons, state(error.live));
  return new InitializationError(message, [], state());
}
