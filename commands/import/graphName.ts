/** The graph's own name where its pods refer to it: another graph in its place has another. */
import { list, record } from "../../gpus/manifest";
import { graphLabel } from "../../plan/graph/labels";

/** Stands for the name of the graph's object. */
const itself = "<graph>";

/** A selector of pods that does not name its graph. */
export function anonymous(value: unknown, name: string): unknown {
  const own = (label: unknown) => (label === name ? itself : label);
  if (Array.isArray(value)) return value.map((item) => anonymous(item, name));
  if (typeof value !== "object" || value === null) return value;
  const { key, values } = record(value);
  if (key === graphLabel && Array.isArray(values)) return { ...value, values: list(values).map(own) };
  return Object.fromEntries(
    Object.entries(value).map(([field, part]) => [
      field,
      field === graphLabel ? own(part) : anonymous(part, name),
    ]),
  );
}

/** The same with the name of a graph's object. */
export function withName<T>(value: T, name: string): T {
  if (value === itself) return name as T;
  if (Array.isArray(value)) return value.map((item) => withName(item, name)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withName(part, name)])) as T;
}
