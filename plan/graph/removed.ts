/** Flags and env that a graph's runtime no longer takes: a transform can write them, and no setting does. */
import type { Removed } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import { commandOf } from "../../gpus/command";
import { containersOf } from "../../gpus/containers";
import { at, list, record, text } from "../../gpus/manifest";
import { workloadsOf } from "../../gpus/workloads";
import type { DynamoGraphDeployment } from "./manifest";

/** Flags and env of a manifest that the runtime does not know, each with what to write instead; empty where it knows all. */
export function unknownTo(runtime: Runtime, deployment: DynamoGraphDeployment): string[] {
  const { releaseLine, removedFrontendFlags, removedWorkerFlags, removedEnv } = runtime;
  const flags = workloadsOf(deployment).workloads.flatMap(({ component, type, pod }) => {
    const removed = type === "frontend" ? removedFrontendFlags : removedWorkerFlags;
    const words = containersOf(pod).flatMap((container) => commandOf(container).split(/[\s=]+/));
    return found(words, removed).map(
      ([flag, instead]) =>
        `${component} has ${flag}, which runtime ${releaseLine} no longer takes: write ${instead}`,
    );
  });
  const lists = envLists(deployment.spec);
  const env = found(lists.flat(), removedEnv).map(
    ([name, instead]) => `env ${name} is not read by runtime ${releaseLine}: write ${instead}`,
  );
  const twice = lists.flatMap((names) => names.filter((name, i) => names.indexOf(name) < i));
  return [
    ...flags,
    ...env,
    // Operators before 1.6 keep one of them, and from then on the last counts.
    ...[...new Set(twice)].map((name) => `env ${name} is there twice in one list: write it once`),
  ];
}

const found = (words: readonly string[], removed: Removed) =>
  [...new Set(words)].flatMap((word) => {
    const instead = removed[word];
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
