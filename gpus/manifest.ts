/** Reading objects that anyone may have written: nothing about their shape is certain, and parts may not be known yet. */

import { own } from "../config/own";

/** Takes the place of a value that is only known once something else has been made. */
export const notKnown: unique symbol = Symbol("not known yet");

/** An object of the cluster, or a part of one. */
export type Manifest = Readonly<Record<string, unknown>>;

/** A value as a record; empty where it is none. */
export function record(value: unknown): Manifest {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Manifest) : {};
}

/** A value as a list; empty where it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as text; empty where it is none. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The value at a path; undefined where a part of it is missing, {@link notKnown} where one is not known yet. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let part = value;
  for (const key of path) {
    if (part === notKnown) return notKnown;
    part = own(record(part), key);
  }
  return part;
}

/** Name of an object for messages: `Deployment dynamo/trainer`. */
export function nameOf(object: unknown): string {
  const { name, namespace } = record(at(object, "metadata"));
  const path = [namespace, name].map(text).filter((part) => part !== "");
  return [text(at(object, "kind")) || "object", path.join("/") || "without a name"].join(" ");
}
