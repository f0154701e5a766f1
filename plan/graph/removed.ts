/** Flags and env that a graph's runtime no longer takes: a transform can write them, and no setting does. */
import { nameMistakes } from "../../config/envNames";
import { own } from "../../config/own";
import type { Removed } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import { commandOf } from "../../gpus/command";
import { containersOf } from "../../gpus/containers";
import { at, list, record, text } from "../../gpus/manifest";
import { workloadsOf } from "../../gpus/workloads";
import type { DynamoGraphDeployment } from "./manifest";

/** Flags and env of a manifest that the runtime does not know, each with what to write instead; empty where it knows all. */
export function unknownTo(runtime: Runtime, deployment: DynamoGraphDeployment): string[] {
  const { releaseLine, removedFrontendFlags, removedWorkerFlags } = runtime;
  const flags = workloadsOf(deployment).workloads.flatMap(({ component, type, pod }) => {
    const removed = type === "frontend" ? removedFrontendFlags : removedWorkerFlags;
    const words = containersOf(pod).flatMap((container) => commandOf(container).split(/[\s=]+/));
    return found(words, removed).map(
      ([flag, instead]) =>
        `${component} has ${flag}, which runtime ${releaseLine} no longer takes: write ${instead}`,
    );
  });
  const env = envLists(deployment.spec).flatMap((names) => nameMistakes(runtime, names));
  return [...flags, ...[...new Set(env.filter((one) => one !== undefined))].map((one) => `env ${one}`)];
}

const found = (words: readonly string[], removed: Removed) =>
  [...new Set(words)].flatMap((word) => {
    const instead = own(removed, word);
    return instead === undefined ? [] : [[word, instead] as const];
  });

/** Names in each list of env, wherever the API has one: of the graph, of a component, of a container. */
function envLists(part: unknown): string[][] {
  if (Array.isArray(part)) return part.flatMap(envLists);
  return Object.entries(record(part)).flatMap(([key, value]) =>
    key === "env" || key === "envs"
      ? [list(value).map((variable) => text(at(variable, "name")))]
      : envLists(value),
  );
}
