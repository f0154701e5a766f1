import { own } from "../../config/own";

/** TensorRT-LLM's `--override-engine-args`, a JSON object of which its parser takes the last alone. */
const flag = "--override-engine-args";

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** Arguments with one such object: what is said later is laid over what is said earlier, setting by setting. */
export function withOneOverride(args: readonly string[]): string[] {
  const rest: string[] = [];
  const overrides: Json[] = [];
  let first = 0; // where it was: another order of the same arguments would restart workers
  for (let i = 0; i < args.length; i++) {
    const [name = "", ...joined] = (args[i] ?? "").split("=");
    const isSplit = joined.length === 0;
    const text = isSplit ? args[i + 1] : joined.join("=");
    const settings = name.replaceAll("_", "-") === flag ? objectIn(text) : undefined;
    if (settings === undefined) rest.push(args[i] ?? "");
    else {
      if (overrides.length === 0) first = rest.length;
      overrides.push(settings);
      if (isSplit) i++;
    }
  }
  if (overrides.length > 0) rest.splice(first, 0, flag, JSON.stringify(overrides.reduce(laidOver, {})));
  return rest;
}

/** The object in a text; undefined where it is none, which the engine says better. */
function objectIn(text = ""): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Settings over others, setting by setting. */
export function laidOver(below: Json, above: Json): Json {
  const both = Object.entries(above).map(([key, value]) => {
    const old = own(below, key);
    return [key, isObject(old) && isObject(value) ? laidOver(old, value) : value];
  });
  return { ...below, ...Object.fromEntries(both) };
}
