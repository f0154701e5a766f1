/** Takes out of settings what the schema or a rule refuses, and says why. */
import { checkSettings } from "../../config/parse";
import type { StackConfig } from "../../config/schema";
import { UserError } from "../cli/userError";
import type { Settings } from "./settings";

/** Something that may not be in the settings. */
export interface Refusal {
  /** Index of the graph. */
  readonly graph: number;
  /** Key of the component's settings. */
  readonly place: string;
  /** What was taken out. */
  readonly item: unknown;
  readonly reason: string;
}

/** Sound settings. */
export interface Sound {
  readonly config: StackConfig;
  readonly refusals: readonly Refusal[];
}

/** More than any graph has. */
const maxRefusals = 500;

/**
 * Settings without what is refused, which are changed in place.
 * @throws UserError where what is left can't be a stack
 */
export function sound(settings: Settings): Sound {
  const refusals: Refusal[] = [];
  for (;;) {
    const { config, mistakes, paths } = checkSettings(settings);
    if (config !== undefined) {
      for (const graph of settings.graphs as Settings[])
        for (const part of Object.values(graph)) removeEmpty(part);
      return { config, refusals };
    }
    const [path = []] = paths;
    const [reason = ""] = mistakes;
    const item = refusals.length < maxRefusals ? takeOut(settings, path, reason) : undefined;
    if (item === undefined) throw new UserError(`the graph can't be a stack: ${reason.replace(/^✖ /, "")}`);
    refusals.push({
      graph: Number(path[1]),
      place: String(path[2]),
      item,
      reason: reason.replace(/^✖ | → at .*$/g, ""),
    });
  }
}

/** Settings that say something where they are empty. */
const saysNone = /^(emptyDir|podSecurityContext)$/;

/** Removes lists and objects of which nothing is left. */
function removeEmpty(part: unknown): void {
  if (typeof part !== "object" || part === null || Array.isArray(part)) return;
  for (const [key, value] of Object.entries(part)) {
    removeEmpty(value);
    if (typeof value === "object" && value !== null && !saysNone.test(key) && Object.keys(value).length === 0)
      delete (part as Settings)[key];
  }
}

/** Removes what is at a path: an item of a list with what belongs to it, or a key. Undefined where it must be there. */
function takeOut(settings: Settings, path: readonly PropertyKey[], reason: string): unknown {
  if (path[0] === "images") {
    delete settings.images;
    return { images: "none" };
  }
  if (path[0] !== "graphs") return undefined;
  if (path[2] === "name" && path.length === 3) return shorten(settings, Number(path[1]), reason);
  if (path.length < 4 && !optional.includes(String(path[2]))) return undefined;
  // What lacks a part that it must have goes as a whole.
  const whole = path[2] === "planner" ? 3 : path[3] === "expose" ? 4 : path.length;
  if (path.length > whole && /✖ is missing/.test(reason))
    return takeOut(settings, path.slice(0, whole), reason);
  let owner: unknown = settings;
  for (const [depth, key] of path.entries()) {
    if (typeof owner !== "object" || owner === null) return undefined;
    if (Array.isArray(owner) && depth > 1) {
      let start = Number(key);
      const isValue = (item: unknown) => typeof item === "string" && !/^--?[A-Za-z]/.test(item);
      // A flag goes with its value.
      if (path[depth - 1] === "args") while (start > 0 && isValue(owner[start])) start--;
      let length = 1;
      if (path[depth - 1] === "args")
        while (start + length < owner.length && isValue(owner[start + length])) length++;
      const [first, ...rest] = owner.splice(start, length);
      return rest.length > 0 ? [first, ...rest] : first;
    }
    const holder = owner as Record<PropertyKey, unknown>;
    if (depth === path.length - 1 || !Object.hasOwn(holder, key)) {
      const item = { [String(path.at(-1))]: holder[key] };
      if (!Object.hasOwn(holder, key)) return undefined;
      delete holder[key];
      return item;
    }
    owner = holder[key];
  }
  return undefined;
}

/** Settings of a graph that it can do without. */
const optional =
  "kvTransfer router endpointPicker planner modelCache modelRevision servedModelName huggingFaceSecret imageTag image".split(
    " ",
  );

/** Makes the names of a graph shorter: its components get those by default, then its own name loses its end. */
function shorten(settings: Settings, i: number, reason: string): unknown {
  const graph = (settings.graphs as Settings[])[i] ?? {};
  const named = ["prefill", "decode", "workers"].flatMap((key) => {
    const pool = graph[key] as Settings | undefined;
    return pool?.name === undefined ? [] : [pool];
  });
  for (const pool of named) delete pool.name;
  if (named.length > 0) return { names: "of components" };
  const [, excess] = /shorten it by (\d+)/.exec(reason) ?? [];
  const name = String(graph.name);
  if (excess === undefined || name.length - Number(excess) < 3) return undefined;
  graph.name = name.slice(0, name.length - Number(excess)).replace(/-+$/, "");
  return { name };
}
