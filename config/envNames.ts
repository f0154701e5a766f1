/** What is wrong with names in a list of env, whether settings wrote them or a transform. */
import { own } from "./own";
import type { Runtime } from "./runtime/runtime";

/**
 * What is wrong with each name of a list; undefined where nothing is. One that is there twice has no meaning of its own: operators
 * before 1.6 keep one of them, and from then on the last counts.
 */
export function nameMistakes(
  { releaseLine, removedEnv }: Pick<Runtime, "releaseLine" | "removedEnv">,
  names: readonly string[],
): (string | undefined)[] {
  const seen = new Set<string>();
  return names.map((name) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    const instead = own(removedEnv, name);
    if (instead !== undefined) return `${name} is not read by runtime ${releaseLine}: write ${instead}`;
    return isRepeated ? `${name} is there twice: write it once` : undefined;
  });
}
