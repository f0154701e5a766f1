/** The releases by which an upgrade goes. */
import { operatorsFor } from "./operator";
import { type ReleaseLine, releaseLines } from "./release";

/** A move of the platform or the runtime from one release line to another. */
export interface Hop {
  readonly part: "platform" | "runtime";
  readonly from: ReleaseLine;
  readonly to: ReleaseLine;
}

/**
 * Hops that bring a runtime and its platform to a release line, in their order: each minor release in its turn, and the
 * platform before the runtime. Releases that the platform no longer runs are left out.
 * @param platform release line of the operator
 * @param mayBe whether the platform may be of a release line. Where not it stays where it is. @default any
 * @see https://docs.nvidia.com/dynamo, releases: to the same or the next minor release alone, and none is skipped
 */
export function upgradePath(
  from: ReleaseLine,
  to: ReleaseLine,
  platform: ReleaseLine,
  mayBe = (_: ReleaseLine): boolean => true,
): Hop[] {
  const hops: Hop[] = [];
  const place = (line: ReleaseLine) => releaseLines.indexOf(line);
  let [runs, operator] = [from, platform];
  const bringPlatform = (line: ReleaseLine) => {
    for (const next of releaseLines.slice(place(operator) + 1, place(line) + 1)) {
      if (!mayBe(next)) return;
      hops.push({ part: "platform", from: operator, to: next });
      operator = next;
    }
  };
  while (place(runs) < place(to)) {
    const ahead = releaseLines.slice(place(runs) + 1, place(to) + 1);
    const next =
      ahead.find((line) => place(operator) <= place(line) || operatorsFor(line).includes(operator)) ?? to;
    bringPlatform(next);
    hops.push({ part: "runtime", from: runs, to: next });
    runs = next;
  }
  bringPlatform(to);
  return hops;
}
