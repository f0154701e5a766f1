/** Changes of the runtime's release in place: while pods roll, those of both releases are in one graph. */
import { own } from "../config/own";
import { releases } from "../config/runtime/releases";
import type { Runtime } from "../config/runtime/runtime";
import { whyApart } from "../config/runtime/skew";
import { releaseLineOf } from "../config/runtime/versions";
import type { GraphPlan } from "./graph/graphPlan";
import { kvEventsOf } from "./graph/router";
import type { DeployedGraphs } from "./switchover";

/** A graph that may not be brought to a runtime in place, and why not. */
interface RefusedInPlace {
  readonly graph: string;
  readonly why: string;
}

/**
 * Deployed graphs that may not be brought to the runtime in place. Stacks of earlier versions of this program don't tell the
 * release of their graphs, and are let through.
 */
export function refusedInPlace(
  runtime: Runtime,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): RefusedInPlace[] {
  return graphs.flatMap(({ name, deployment, frontends }) => {
    const before = own(deployed, name);
    if (before?.runtime === undefined || before.deployment !== deployment.metadata.name) return [];
    const hearsEvents = kvEventsOf(frontends, runtime) === "published";
    const why = whyApart(releaseLineOf(before.runtime), runtime.releaseLine, hearsEvents, "rolling");
    return why === undefined
      ? []
      : [
          {
            graph: name,
            why: `graph ${name} would have pods of runtime ${before.runtime} and ${runtime.version} at the same time, ${why}`,
          },
        ];
  });
}

/** Reasons for which deployed graphs may not be brought to the runtime in place, with the remedy; empty where they may. */
export function refusedUpgrades(
  runtime: Runtime,
  deployed: DeployedGraphs,
  graphs: readonly GraphPlan[],
): string[] {
  return refusedInPlace(runtime, deployed, graphs).map(
    ({ why }) =>
      `${why}: raise its revision in dynamo:graphs by one in the same change, which makes a new graph beside the old one`,
  );
}

/**
 * Whether a graph's prefill of one release may meet decode of the other while its pods roll: the operator keeps generations of
 * workers apart, but neither Grove nor LeaderWorkerSet do (ai-dynamo/dynamo, docs: rolling updates).
 * @param before version of the runtime
 * @param roles of the graph's components
 */
export function mixesHalves(
  { orchestrator, workersRollTogether }: Runtime,
  before: string,
  roles: readonly string[],
): boolean {
  const isApart =
    orchestrator === undefined &&
    workersRollTogether &&
    releases.get(releaseLineOf(before))?.workersRollTogether === true;
  return roles.includes("prefill") && roles.includes("decode") && !isApart;
}
