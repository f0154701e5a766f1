/** Rules look at what is sound alone: a part of a wrong shape is told by itself, with nothing that only follows from it. */
import { ConfigError } from "../../config/parse";
import { read, shown, type Values } from "./shown";

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  const parts = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const inner = parts.flatMap(([key, part]) =>
    pathsIn(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [...(path.length > 0 ? [path] : []), ...inner];
}

function withPart(value: unknown, [key, ...rest]: Path, part: unknown): unknown {
  if (key === undefined) return part;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? withPart(item, rest, part) : item));
  return { ...(value as Values), [key]: withPart((value as Values)[key], rest, part) };
}

const nameOf = (path: Path) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i > 0 ? `.${key}` : key)).join("");

/** Keys of the mistakes in a config. */
function mistaken(values: Values): string[] {
  try {
    read(values);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.split(" → at ").at(-1) ?? "");
  }
}

/** No setting is one, but for those that may be anything. */
const otherShape = [[]];

const wholes = shown.map((values) => [JSON.stringify(Object.keys(values)), values] as const);
const seen = new Set<string>(); // the outer parts of most are the same
test.each(wholes)("parts of %#: %s", (_, values) => {
  const before = mistaken(values); // some examples are refused where they stand alone
  const wrong = pathsIn(values).flatMap((path) => {
    const name = nameOf(path);
    const kind = name.replace(/\d+/g, "") + (path.length > 2 ? JSON.stringify(values) : "");
    if (seen.has(kind)) return [];
    seen.add(kind);
    const found = mistaken(withPart(values, path, otherShape) as Values);
    const others = found.filter((at) => !at.startsWith(name) && !before.includes(at));
    return others.length > 0 ? [[name, ...others]] : [];
  });
  expect(wrong).toEqual([]);
});
