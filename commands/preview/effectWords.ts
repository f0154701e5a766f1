/** What a change does to the graphs that run, in words. */
import { countOf } from "../../preflight/finding";
import type { Change, GraphEffect, StartedPods, Way } from "./effects";

const ways: Readonly<Record<Way, string>> = {
  new: "made",
  goes: "goes",
  beside: "another is made beside it, and takes its place when it is Ready",
  recreated: "goes first, and does not serve until the new one is Ready",
  "in place": "changed in place",
};

/** The way in which a graph changes, and what of it with. */
export function describeWay({ way, model, runtime }: GraphEffect): string {
  return [ways[way], changed("runtime", runtime), changed("model", model)].filter(Boolean).join(", ");
}

const changed = (what: string, change: Change<string> | undefined) =>
  change ? `${what} ${change.from} → ${change.to}` : "";

/** Pods of a graph that are started or scaled. */
export function describePods({ way, starts, scales }: GraphEffect): string {
  const scaled = scales.map(({ component, from, to }) => `${component} ${from} → ${to}`);
  if (way === "goes") return "";
  if (starts.length === 0) return scaled.join(", ") || "none is started anew";
  const each = starts.map(({ component, pods }) => `${component} ${pods}`).join(", ");
  return [`${inAll(starts, way)} (${each})`, ...scaled].join(", ");
}

function inAll(pods: readonly StartedPods[], way: Way): string {
  const gpus = pods.reduce((sum, one) => sum + one.gpus, 0);
  const number = pods.reduce((sum, one) => sum + one.pods, 0);
  const verb = way === "in place" ? "roll" : "start";
  return `${countOf(number, "pod")}${gpus > 0 ? ` with ${countOf(gpus, "GPU")}` : ""} ${number === 1 ? `${verb}s` : verb}`;
}

/**
 * The most important thing that a change does; undefined where it starts, makes and ends nothing.
 * @param mode change of the discovery mode
 */
export function headline(
  effects: readonly GraphEffect[],
  mode: Change<string> | undefined,
): string | undefined {
  if (mode) return `discovery mode ${mode.from} → ${mode.to}, ${countOf(effects.length, "graph")} replaced`;
  const [first] = ranked(effects);
  if (first === undefined) return undefined;
  const same = effects.filter((one) => rank(one) === rank(first));
  const which = same.length === 1 ? first.graph : `${same.length} graphs`;
  const pods = inAll(
    same.flatMap(({ starts }) => starts),
    first.way,
  );
  const what = changed("runtime", first.runtime) || changed("model", first.model);
  switch (first.way) {
    case "in place":
      if (same.every(({ starts }) => starts.length === 0))
        return same.some(({ scales }) => scales.length > 0) ? `${which} scaled` : undefined;
      return `${what === "" ? which : `${which}: ${what}`} in place, ${pods}`;
    case "beside":
    case "recreated":
      return `${what === "" ? which : `${which}: ${what}`} ${first.way === "beside" ? "beside the old" : "recreated"}, ${pods}`;
    case "goes":
      return `${which} ${same.length === 1 ? "goes" : "go"}`;
    case "new":
      return `${which} new, ${pods}`;
    default:
      return first.way satisfies never;
  }
}

/** What interrupts or mixes comes before what is only added. */
function rank({ way, runtime, model, starts }: GraphEffect): number {
  const order: readonly boolean[] = [
    way === "recreated",
    way === "in place" && runtime !== undefined,
    way === "in place" && model !== undefined,
    way === "beside",
    way === "goes",
    way === "in place" && starts.length > 0,
    way === "new",
    true,
  ];
  return order.indexOf(true);
}

const ranked = (effects: readonly GraphEffect[]) => [...effects].sort((a, b) => rank(a) - rank(b));
