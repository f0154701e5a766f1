/** Changes of the runtime's release in place: while pods roll, those of both releases are in one graph. */
import { releaseLines } from "../config/runtime/release";
import { releases } from "../config/runtime/releases";
import { type Runtime, releaseLineOf } from "../config/runtime/runtime";
import type { GraphPlan } from "./graph/graphPlan";
import { kvEventsOf } from "./graph/router";
import type { DeployedGraphs } from "./switchover";

/**
 * Reasons for which deployed graphs may not be brought to the runtime in place; empty where they may. Stacks of earlier
 * versions of this program don't tell the release of their graphs, and are let through.
 */
export function refusedUpgrades(
  runtime: Runtime,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): string[] {
  return graphs.flatMap(({ name, deployment, frontends }) => {
    const before = deployed[name];
    if (before?.runtime === undefined || before.deployment !== deployment.metadata.name) return [];
    const hearsEvents = kvEventsOf(frontends, runtime) === "published";
    const why = whyApart(releaseLineOf(before.runtime), runtime, hearsEvents);
    return why === undefined
      ? []
      : [
          `graph ${name} would have pods of runtime ${before.runtime} and ${runtime.version} at the same time, ${why}: ` +
            "raise its revision in dynamo:graphs by one in the same change, which makes a new graph beside the old one",
        ];
  });
}

/** Source of the distance: https://docs.nvidia.com/dynamo, compatibility; measured: 1.6.1 refuses workers of 0.8.1. */
function whyApart(line: string, after: Runtime, hearsEvents: boolean): string | undefined {
  const before = releases.get(line);
  if (before === undefined) return undefined;
  const place = ({ releaseLine }: Pick<Runtime, "releaseLine">) => releaseLines.indexOf(releaseLine);
  if (Math.abs(place(after) - place(before)) > 1)
    return "which are more than one minor release apart and need not understand each other";
  return hearsEvents && before.eventSubjects !== after.eventSubjects
    ? "whose routers don't hear the KV events of the other's workers"
    : undefined;
}
