/** The escape hatch: changes of a graph's manifest that the config has no setting for. */
import { isDeepStrictEqual } from "node:util";
import { isOperators } from "../../config/envRules";
import type { PatchConfig } from "../../config/graph";
import { reservedIn, setIn, settingOfEnv, wordsOfScript } from "../../config/reservedArgs";
import { discoveryAnnotation, type Runtime } from "../../config/runtime/runtime";
import { runningCommandOf } from "../../gpus/command";
import { containersOf } from "../../gpus/containers";
import { at } from "../../gpus/manifest";
import { plannerOf } from "../../gpus/planner";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { patched } from "../patch";
import type { DynamoGraphDeployment } from "./manifest";
import { unknownTo } from "./removed";

/** A deployment after its transform. */
export interface Transformed {
  readonly deployment: DynamoGraphDeployment;
  /** Reasons why the transform can't be used, by place in the list; empty where it can. */
  readonly mistakes: readonly string[];
}

/** Applies a graph's transform, or nothing of it where it can't be used. */
export function transform(
  original: DynamoGraphDeployment,
  patches: readonly PatchConfig[],
  runtime: Runtime,
): Transformed {
  if (patches.length === 0) return { deployment: original, mistakes: [] };
  const { manifest: deployment, mistakes: unapplied } = patched(original, patches);
  const mistakes = unapplied.map(({ index, why }) => `transform[${index}]: ${why}`);
  const changed = Object.entries(kept).find(
    ([, read]) => !isDeepStrictEqual(read(original), read(deployment)),
  );
  if (changed) mistakes.push(`transform changes ${changed[0]}: use the graph's own settings for that`);
  mistakes.push(...unknownTo(runtime, deployment));
  return { deployment: mistakes.length > 0 ? original : deployment, mistakes };
}

/** Parts of a manifest that the plan, its budget and its advice are made from. */
const kept: Readonly<Record<string, (deployment: DynamoGraphDeployment) => unknown>> = {
  "the mode of discovery": (deployment) => at(deployment, "metadata", "annotations", discoveryAnnotation),
  "components, their replicas or their GPUs": (deployment) => {
    const { workloads, uncounted } = workloadsOf(deployment);
    const counts = workloads.map((workload) => {
      const { component, type, role, replicas, nodes, beside, surge, claimedAs, pod } = workload;
      const { byKind, claims } = podGpus(pod);
      const planner = plannerOf(workload);
      const planned = planner && [planner.budget, planner.minReplicas];
      return [component, type, role, replicas, nodes, beside, surge, claimedAs, byKind, claims, planned];
    });
    return [counts, uncounted];
  },
  "discovery, planes, names, roles, the router, KV events, parallelism or the model": (deployment) => [
    workloadsOf(deployment).workloads.map(({ pod }) => containersOf(pod).map(reservedArgsOf)),
    reservedEnvOf(deployment.spec),
  ],
};

/**
 * Flags of a container that a graph's settings decide, each with the word behind it. Said again they are the same, and so is
 * what a flag does by default.
 */
function reservedArgsOf(container: unknown): string[] {
  const script = runningCommandOf(container);
  const words = wordsOfScript(script);
  const found = words.flatMap((word, i) =>
    reservedIn(word) ? [`${word} ${valueBehind(words[i + 1])}`] : [],
  );
  const variables = setIn(script).filter((name) => settingOfEnv(name) !== undefined || isOperators(name));
  const isDefault = (flag: string) =>
    /^--http-port[ =]8000 ?$/.test(flag) ||
    (/^--(router-)?kv-events $/.test(flag) && !found.some((one) => /^--no-/.test(one)));
  return [...new Set([...found, ...variables])].filter((flag) => !isDefault(flag)).sort();
}

/** The word behind a flag; none where another flag follows, or the command ends. */
const valueBehind = (word = "") =>
  /^(\d?[<>]|[;&|]|--?[a-zA-Z])/.test(word) ? "" : word.replace(/[;&|)]+$/, "");

/** Variables likewise, wherever the API has a list of them. */
function reservedEnvOf(part: unknown): string[] {
  const name = at(part, "name");
  const value = at(part, "value");
  if (
    typeof name === "string" &&
    (isOperators(name) || settingOfEnv(name, String(value ?? "")) !== undefined)
  )
    return [JSON.stringify(part)];
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(reservedEnvOf) : [];
}
