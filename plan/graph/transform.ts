/** The escape hatch: changes of a graph's manifest that the config has no setting for. */
import { isDeepStrictEqual } from "node:util";
import { applyPatch } from "rfc6902";
import type { PatchConfig } from "../../config/graph";
import { podGpus } from "../gpus/podGpus";
import { workloadsOf } from "../gpus/workloads";
import { at } from "../manifest";
import type { DynamoGraphDeployment } from "./manifest";

export interface Transformed {
  readonly deployment: DynamoGraphDeployment;
  /** Why the transform can't be used, by its place in the list; empty where it can. */
  readonly mistakes: readonly string[];
}

/** Applies a graph's transform. What cannot be applied is left out, and told. */
export function transform(original: DynamoGraphDeployment, patches: readonly PatchConfig[]): Transformed {
  if (patches.length === 0) return { deployment: original, mistakes: [] };
  const deployment = structuredClone(original);
  const mistakes = applyPatch(
    deployment,
    structuredClone([...patches]) as Parameters<typeof applyPatch>[1],
  ).flatMap((error, i) =>
    error === null ? [] : [`transform[${i}]: there is no ${patches[i]?.path} to ${patches[i]?.op}`],
  );
  for (const [what, read] of Object.entries(kept))
    if (!isDeepStrictEqual(read(original), read(deployment)))
      mistakes.push(`transform changes ${what}: use the graph's own settings for that`);
  return { deployment, mistakes };
}

/** What the plan, its budget and its advice are made from. */
const kept: Readonly<Record<string, (deployment: DynamoGraphDeployment) => unknown>> = {
  "the mode of discovery": (deployment) =>
    at(deployment, "metadata", "annotations", "nvidia.com/dynamo-discovery-backend"),
  "components, their replicas or their GPUs": (deployment) =>
    workloadsOf(deployment).workloads.map(({ component, type, role, replicas, nodes, pod }) => [
      component,
      type,
      role,
      replicas,
      nodes,
      podGpus(pod).byKind,
    ]),
};
