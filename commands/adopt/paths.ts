/** Manifests side by side, field by field. */
import { own } from "../../config/own";
import { at, list, record, text } from "../../gpus/manifest";
import { isSame } from "../import/same";

/** Two values of one place. */
export interface Pair {
  /** Its key, or its place in the second list. */
  readonly key: string;
  /** Its name, where it is an item of a list. */
  readonly name: string | undefined;
  readonly one: unknown;
  readonly other: unknown;
}

/**
 * The parts of two values that can be told apart: fields of objects, and items of lists that have the same names in the same order, or
 * in any where order means nothing. Undefined where both are only comparable as a whole.
 */
export function pairsOf(one: unknown, other: unknown, isOrdered = true): Pair[] | undefined {
  if (isObject(one) && isObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => ({
      key,
      name: undefined,
      one: own(record(one), key),
      other: own(record(other), key),
    }));
  const [names, others] = [namesOf(one), namesOf(other)];
  if (names === undefined || others === undefined) return undefined;
  const sorted = (all: readonly string[]) => (isOrdered ? all : all.toSorted());
  if (!isSame(sorted(names), sorted(others))) return undefined;
  return others.map((name, i) => ({
    key: String(i),
    name,
    one: list(one)[names.indexOf(name)],
    other: list(other)[i],
  }));
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Names of a list's items; undefined where not all have one of their own. */
function namesOf(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const names = value.map((item) => text(at(item, "name")));
  return names.includes("") || new Set(names).size < names.length ? undefined : names;
}

/** Whether a list's order means nothing: components of a graph have none. */
export const isUnordered = (path: readonly string[]) => path.length === 2 && path[1] === "components";
