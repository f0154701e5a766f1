/** The operators that a runtime may be run by. */
import { type ReleaseLine, releaseLines } from "./release";
import { releaseLineOf } from "./versions";

/** How many releases an operator looks back and ahead: it runs runtimes of N-2 to N+1. */
const [back, ahead] = [2, 1];

/**
 * Release lines of operators that run a runtime, oldest first.
 * @see docs/fern/pages/kubernetes/operations/rolling-updates.mdx of ai-dynamo/dynamo, which says so of releases from 1.0 on
 */
export function operatorsFor(releaseLine: ReleaseLine): ReleaseLine[] {
  const i = releaseLines.indexOf(releaseLine);
  return releaseLines.slice(Math.max(0, i - ahead), i + back + 1);
}

/** Release lines of runtimes that an operator runs, oldest first. */
export function runtimesFor(operator: ReleaseLine): ReleaseLine[] {
  return releaseLines.filter((line) => operatorsFor(line).includes(operator));
}

/** The release line that a version or an image's tag names, as `v1.4.2-rc1`; undefined where it names none that is known. */
export function releaseLineIn(version: string): ReleaseLine | undefined {
  const line = releaseLineOf(version.replace(/^v/, ""));
  return releaseLines.find((one) => one === line);
}
