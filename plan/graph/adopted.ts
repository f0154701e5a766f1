/** A graph that ran before the stack had it, as it runs. */
import { isDeepStrictEqual } from "node:util";
import { type AdoptedConfig, keptFields } from "../../config/adopted";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { patched } from "../patch";
import type { DynamoGraphDeployment } from "./manifest";
import type { Transformed } from "./transform";

/**
 * A graph's manifest with what it had before it was the stack's, where it is that graph. Unlike a transform's, these changes may
 * say again what settings decide, as the pods that run do in words of their own: `npm run adopt` has held these against the
 * settings. Budgets go by the settings, and so both must count the same GPUs.
 */
export function asAdopted(
  deployment: DynamoGraphDeployment,
  adopted: AdoptedConfig | undefined,
): Transformed {
  // Another graph may have taken its place.
  if (adopted?.deployment !== deployment.metadata.name) return { deployment, mistakes: [] };
  const { manifest, mistakes: unapplied } = patched(deployment, adopted.patch);
  const mistakes = unapplied.map(({ index, why }) => `adopted.patch[${index}]: ${why}`);
  const others = mistakes.length > 0 ? [] : otherCounts(deployment, manifest);
  if (others.length > 0)
    mistakes.push(
      `adopted.patch has other pods or GPUs of ${others.join(", ")} than the graph's settings: take out what says them`,
    );
  return { deployment: mistakes.length > 0 ? deployment : manifest, mistakes };
}

/** Components of which budgets would count other pods or GPUs. */
function otherCounts(deployment: DynamoGraphDeployment, manifest: DynamoGraphDeployment): string[] {
  const [before, after] = [countsOf(deployment), countsOf(manifest)];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !isDeepStrictEqual(before.get(name), after.get(name)),
  );
}

/** By component what budgets go by, in whatever order and words the manifest has them; beside these what can't be counted. */
function countsOf(deployment: DynamoGraphDeployment): Map<string, unknown> {
  const { workloads, uncounted } = workloadsOf(deployment);
  const counts = workloads.map(({ component, replicas, nodes, beside, surge, pod }) => {
    const { byKind, claims } = podGpus(pod);
    return [component, { replicas, nodes, beside, surge, byKind, claims: claims.length }] as const;
  });
  return new Map<string, unknown>([...counts, ...uncounted.map((reason) => [reason, reason] as const)]);
}

/** What those who change an adopted graph should know. @param key of the graph in the config */
export function adviseOnAdopted(
  name: string,
  adopted: AdoptedConfig | undefined,
  deployment: DynamoGraphDeployment,
  key: string,
): string[] {
  if (adopted === undefined) return [];
  if (adopted.deployment !== deployment.metadata.name)
    return [
      `graph ${name}: ${deployment.metadata.name} takes the place of ${adopted.deployment}, which was adopted: take ${key}.adopted out`,
    ];
  const count = keptFields(adopted);
  return count === 0
    ? []
    : [
        `graph ${name} has ${count === 1 ? "a field" : `${count} fields`} as before the stack had it, whatever its settings say: take out what is kept when its pods may roll (${key}.adopted.patch)`,
      ];
}
