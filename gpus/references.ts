/** References of objects to each other. */
import { at, notKnown, text } from "./manifest";

/** In place of a name that is not known yet. */
export const unknownName = "(not known yet)";

/** A name, as another object or a message refers to it. */
export function nameIn(value: unknown): string {
  return value === notKnown ? unknownName : text(value);
}

/** Namespace of an object; `default` where it names none. */
export function namespaceOf(object: unknown): string {
  return nameIn(at(object, "metadata", "namespace")) || "default";
}
