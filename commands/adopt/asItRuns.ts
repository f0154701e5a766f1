/** The changes by which a stack's graph is the one that runs, to the letter. */
import type { PatchConfig } from "../../config/graph";
import { own } from "../../config/own";
import { pointerTo } from "../../config/patch";
import { at, type Manifest, record } from "../../gpus/manifest";
import { isSame } from "../import/same";
import { isUnordered, pairsOf } from "./paths";

/**
 * Changes of a planned graph's manifest that make its spec that of the graph that runs, and leave out annotations which that one
 * has not: the operator hands some of them on to pods.
 */
export function changesToRun(planned: Manifest, live: Manifest): PatchConfig[] {
  const [planning, running] = [planned, live].map((graph) => record(at(graph, "metadata", "annotations")));
  return [
    ...Object.entries(planning ?? {}).flatMap(([key, value]) =>
      changeOf(["metadata", "annotations", key], value, own(running ?? {}, key)),
    ),
    ...changeOf(["spec"], planned.spec, live.spec),
  ];
}

function changeOf(path: readonly string[], planned: unknown, live: unknown): PatchConfig[] {
  if (isSame(planned, live) || isScalers(path, planned)) return [];
  if (planned === undefined) return [{ op: "add", path: pointerTo(...path), value: live ?? null }];
  if (live === undefined) return [{ op: "remove", path: pointerTo(...path) }];
  const pairs = pairsOf(live, planned, !isUnordered(path));
  if (pairs === undefined) return [{ op: "replace", path: pointerTo(...path), value: live }];
  return pairs.flatMap(({ key, name, one, other }): PatchConfig[] => {
    const changes = changeOf([...path, key], other, one);
    return changes.length > 0 && name !== undefined
      ? [{ op: "test", path: pointerTo(...path, key, "name"), value: name }, ...changes]
      : changes;
  });
}

/** Replicas that the plan leaves to a scaler, which the graph that runs has by it. */
const isScalers = (path: readonly string[], planned: unknown) =>
  path.length === 4 && path[3] === "replicas" && planned === undefined;
