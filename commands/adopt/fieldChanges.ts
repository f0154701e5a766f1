/** What an update would change of a graph that runs, and what comes of it for its pods. */
import { at, type Manifest } from "../../gpus/manifest";
import { fieldsOf } from "../../plan/graph/graphFields";
import { ownerLabel } from "../../plan/owner";
import { isSame } from "../import/same";
import { isUnordered, pairsOf } from "./paths";

/** A field that would be another. */
export interface FieldChange {
  /** As `spec.services.Frontend.replicas`; items of lists by their names. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Components whose pods start anew; none where it concerns no pod, or only how many there are. */
  readonly restarts: readonly string[];
}

/**
 * The fields of a graph that an update would change: of its spec, and the labels and annotations of its object.
 * @param live the graph as it is
 * @param updated the same, as the API server says that it would be
 * @param workersRollTogether whether all workers start anew with any of them
 */
export function fieldChanges(live: Manifest, updated: Manifest, workersRollTogether: boolean): FieldChange[] {
  const { components } = fieldsOf(live);
  const all = Object.keys(components);
  const workers = all.filter((name) => /^(worker|prefill|decode)$/.test(components[name]?.type ?? ""));
  const rollingWith = (component: string) =>
    workersRollTogether && workers.includes(component) ? workers : [component];
  const restarts = ([root, part, name, field, ...rest]: readonly string[]): readonly string[] => {
    if (root === "metadata") return part === "annotations" && name?.startsWith("nvidia.com/") ? all : [];
    if (part !== "services" && part !== "components") return all;
    return field === "replicas" && rest.length === 0 ? [] : rollingWith(name ?? "");
  };
  return ["metadata", "spec"].flatMap((root) =>
    leaves([root], partOf(live, root), partOf(updated, root)).map(({ path, from, to }) => ({
      field: path.join("."),
      from,
      to,
      restarts: restarts(path),
    })),
  );
}

/** A part without what the API server writes itself, and without what says whose it is. */
function partOf(graph: Manifest, root: string): unknown {
  if (root !== "metadata") return graph[root];
  const kept = (part: string, isOwn: (key: string) => boolean) =>
    Object.fromEntries(
      Object.entries((at(graph, root, part) as Manifest | undefined) ?? {}).filter(([key]) => !isOwn(key)),
    );
  return {
    labels: kept("labels", (key) => key === ownerLabel),
    annotations: kept("annotations", (key) => key.startsWith("pulumi.com/")),
  };
}

type Leaf = { readonly path: readonly string[]; readonly from: unknown; readonly to: unknown };

function leaves(path: readonly string[], from: unknown, to: unknown): Leaf[] {
  if (isSame(from, to)) return [];
  const pairs = pairsOf(from, to, !isUnordered(path));
  return pairs === undefined
    ? [{ path, from, to }]
    : pairs.flatMap(({ key, name = key, one, other }) => leaves([...path, name], one, other));
}
