/** Releases of the runtime that may serve side by side. */
import { type ReleaseLine, releaseLines } from "./release";
import { releases } from "./releases";

/**
 * Minor releases that pods of a graph may be apart: while they roll, when prefill of one may meet decode of the other, and
 * frontends and workers that have images of their own for good.
 */
const distances = {
  rolling: { most: 1, words: "one minor release" },
  images: { most: 2, words: "two minor releases" },
} as const;

/**
 * Why pods of two release lines may not be in one graph; undefined where they may, or a line is not known.
 * @param hearsEvents whether routers hear the workers' KV events
 * @see https://docs.nvidia.com/dynamo, compatibility. Measured: frontends of 1.6.1 refuse workers of 0.8.1.
 */
export function whyApart(
  line: string,
  other: string,
  hearsEvents: boolean,
  side: keyof typeof distances,
): string | undefined {
  const [one, two] = [releases.get(line), releases.get(other)];
  if (one === undefined || two === undefined) return undefined;
  const { most, words } = distances[side];
  if (Math.abs(place(one.releaseLine) - place(two.releaseLine)) > most)
    return `which are more than ${words} apart and need not understand each other`;
  return hearsEvents && one.eventSubjects !== two.eventSubjects
    ? "whose routers don't hear the KV events of the other's workers"
    : undefined;
}

const place = (line: ReleaseLine) => releaseLines.indexOf(line);
