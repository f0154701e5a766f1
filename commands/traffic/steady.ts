/** Traffic that goes on while something else is done to a graph, and what its clients saw of it. */
import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { frontendClient, listModels } from "../frontend/client";
import { generateLoad, type Sample } from "./load";
import { type Metrics, metricsOf } from "./metrics";
import { promptMaker } from "./prompts";

/** What clients saw in a span of time. */
export type TrafficSpan = Pick<Metrics, "completed" | "failed" | "errors" | "longestGap">;

export interface SteadyTraffic {
  /** Waits until some more requests have had their answers. @returns whether they came in time */
  answered(signal: AbortSignal): Promise<boolean>;
  /** What became of the requests that ended since the last span was taken, or since the start. */
  takeSpan(): TrafficSpan;
  /** Ends it; what is under way then is not counted. */
  stop(): Promise<void>;
}

/**
 * Clients that keep their connections, and as many that have one for each request: so many of each, which begin so many requests a
 * second together. A rate, since clients that fail would else ask again at once, and one outage would count as thousands.
 */
const clients = { concurrency: 16, requestRate: 5 };
/** In tokens: answers that take a while, so that some are always under way. */
const lengths = { promptTokens: 32, outputTokens: 64, sharedPrefix: 0, prefixes: 1 };
/** Longest wait for the next token, for a model to be listed, and for answers, in ms. */
const [timeout, toList, toAnswer] = [30_000, 60_000, 60_000];

/**
 * Asks a graph's model, from now on.
 * @throws Error where the frontend does not list the model within a minute
 */
export async function startSteadyTraffic(
  url: string,
  model: string,
  signal: AbortSignal,
): Promise<SteadyTraffic> {
  await untilListed(url, model, signal);
  const end = new AbortController();
  setMaxListeners(0, end.signal); // each request under way listens
  let samples: Sample[] = [];
  let last: Sample | undefined;
  let answers = 0;
  const prompt = promptMaker(lengths, { perWord: 1, template: 0 });
  const loads = [true, false].map(async (keepAlive) => {
    const connections = clients.concurrency;
    const client = frontendClient(url, { timeout, totalTimeout: 10 * timeout, connections, keepAlive });
    const { outputTokens } = lengths;
    const requests = Number.POSITIVE_INFINITY;
    await generateLoad(
      client,
      { ...clients, requests, model, outputTokens, prompt, signal: end.signal },
      (sample) => {
        samples.push(sample);
        if ("answer" in sample) answers++;
      },
    );
    client.close();
  });
  return {
    async answered(signal) {
      const enough = answers + 2 * clients.requestRate;
      for (const deadline = Date.now() + toAnswer; answers < enough; await sleep(100, undefined, { signal }))
        if (Date.now() > deadline) return false;
      return true;
    },
    takeSpan() {
      const { completed, failed, errors } = metricsOf(samples);
      // A gap may have begun before.
      const { longestGap } = metricsOf(last ? [last, ...samples] : samples);
      last = samples.findLast((sample) => "answer" in sample) ?? last;
      samples = [];
      return { completed, failed, errors, ...(longestGap !== undefined && { longestGap }) };
    },
    async stop() {
      end.abort();
      await Promise.all(loads);
    },
  };
}

async function untilListed(url: string, model: string, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + toList; ; await sleep(500, undefined, { signal })) {
    const listed = await listModels(url, timeout).catch((): string[] => []);
    if (listed.includes(model)) return;
    if (Date.now() > deadline)
      throw new Error(
        `${url} does not list ${model} after ${toList / 1000} s, but ${listed.join(", ") || "nothing"}`,
      );
  }
}
