/** Time that discovery takes from a worker that is Ready to a frontend that lists its model. */
import type { DeclaredGraph } from "../declared";
import type { Evidence } from "../evidence";
import { check, type Finding } from "../finding";
import { age, graphPods, isFrontendPod, isWorkerPod, readySince, runningSince } from "../graphPods";
import { isListed } from "./modelListed";

/** Slower than this is a fault; 5 to 15 s are normal. In ms. */
const slow = 15_000;

/** Since when each graph's model is listed, as far as one has looked on. */
export type Listings = ReadonlyMap<string, Listing>;

interface Listing {
  readonly since: Date;
  /** Whether it was seen not to be listed before. */
  readonly wasSeen: boolean;
}

/** State after one more look. A model that has gone starts anew. */
export function nextListings(before: Listings | undefined, evidence: Evidence): Listings {
  const listed = evidence.stack.graphs.filter((graph) => isListed(graph, evidence));
  return new Map(
    listed.map(({ name }) => [
      name,
      before?.get(name) ?? { since: evidence.at, wasSeen: before !== undefined },
    ]),
  );
}

export function propagation(graph: DeclaredGraph, evidence: Evidence, listings: Listings): Finding {
  const { passed, skipped, failed } = check("propagation", graph.name);
  const listing = listings.get(graph.name);
  const start = startOf(graph, evidence);
  if (!listing || !start) return skipped("not yet: see model listed");
  if (!listing.wasSeen)
    return skipped(
      `was listed before verify began; its first worker became Ready ${age(start, evidence.at)} ago`,
    );
  const frontends = frontendsSince(graph, evidence);
  if (frontends && frontends > start)
    return skipped("its frontends are younger than its workers, which were not new to them");
  const took = Math.max(0, listing.since.getTime() - start.getTime());
  const found = `${(took / 1000).toFixed(0)} s from Ready to listed`;
  return took <= slow
    ? passed(found)
    : failed(
        `${found}: 5 to 15 s are normal`,
        "look at the load of the API server or of etcd, and at the frontends' logs; the clocks of cluster and this machine must agree",
      );
}

/** Time at which the first worker was Ready; undefined where none is. */
function startOf(graph: DeclaredGraph, { cluster }: Evidence): Date | undefined {
  return earliest(graphPods(graph, cluster).filter(isWorkerPod).map(readySince));
}

/** Time at which the first frontend was started; undefined where another graph's frontends serve it. */
function frontendsSince(graph: DeclaredGraph, { cluster }: Evidence): Date | undefined {
  return earliest(graphPods(graph, cluster).filter(isFrontendPod).map(runningSince));
}

function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  return times.filter((time) => time !== undefined).sort((a, b) => a.getTime() - b.getTime())[0];
}
