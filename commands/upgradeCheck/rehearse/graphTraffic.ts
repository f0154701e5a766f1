/** Steady traffic to each graph of a stack that a rehearsal serves. */
import { own } from "../../../config/own";
import type { GraphSummary } from "../../../plan/graph/summary";
import type { Serving } from "../../../rehearsal/serve/serving";
import { type SteadyTraffic, startSteadyTraffic, type TrafficSpan } from "../../traffic/steady";

/**
 * Asks the models of all graphs, each by the Service that leads to its frontends, whichever object these are of.
 * @throws Error where a graph does not answer
 */
export async function startGraphTraffic(
  serving: Serving,
  graphs: Readonly<Record<string, GraphSummary>>,
  signal: AbortSignal,
): Promise<SteadyTraffic> {
  const frontends = serving.frontends();
  const started = await Promise.allSettled(
    Object.entries(graphs).map(async ([name, { servedBy = name, model }]) => {
      const service = own(graphs, servedBy)?.service;
      const frontend = frontends.find((one) => one.name === service);
      if (frontend === undefined) throw new Error(`Service ${service} of graph ${name} leads to no frontend`);
      return startSteadyTraffic(frontend.url, model, signal);
    }),
  );
  const all = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async () => {
    await Promise.all(all.map((one) => one.stop()));
  };
  const failed = started.find((one) => one.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    answered: async (signal) => (await Promise.all(all.map((one) => one.answered(signal)))).every(Boolean),
    takeSpan: () => all.map((one) => one.takeSpan()).reduce(together),
    stop,
  };
}

/** What the clients of two graphs saw: the longer gap of both. */
function together(one: TrafficSpan, other: TrafficSpan): TrafficSpan {
  const errors = { ...one.errors };
  for (const [kind, { count, first }] of Object.entries(other.errors))
    errors[kind] = { count: count + (errors[kind]?.count ?? 0), first: errors[kind]?.first ?? first };
  const gaps = [one.longestGap, other.longestGap].filter((gap) => gap !== undefined);
  return {
    completed: one.completed + other.completed,
    failed: one.failed + other.failed,
    errors,
    ...(gaps.length > 0 && { longestGap: Math.max(...gaps) }),
  };
}
