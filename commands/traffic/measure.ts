/** A run: its load, and the report of it. */
import { frontendClient } from "../frontend/client";
import { type OpenTarget, type Target, withTrouble } from "../stack/target";
import { generateLoad, type Sample } from "./load";
import { metricsOf } from "./metrics";
import { showProgress } from "./progress";
import { countTokens, promptMaker } from "./prompts";
import type { TrafficReport } from "./report";

/** What is asked for; lengths are in tokens. */
export interface LoadSettings {
  readonly requests: number;
  readonly concurrency?: number;
  readonly requestRate?: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly sharedPrefix: number;
  readonly prefixes: number;
  readonly tokensPerWord?: number;
  readonly newConnections?: boolean;
  /** Longest wait for the next token, in ms. */
  readonly timeout: number;
}

/** Longest time of a request, as a multiple of its longest wait for a token. */
const totalTimeoutFactor = 10;

/** Sends the load of a run, and measures what comes of it. */
export async function measure(
  { name, stack }: Target,
  { route, model }: OpenTarget,
  options: LoadSettings,
  signal: AbortSignal,
): Promise<{ report: TrafficReport; samples: readonly Sample[] }> {
  const { requests, requestRate, promptTokens, outputTokens, sharedPrefix, prefixes, timeout } = options;
  const { newConnections = false } = options;
  const concurrency = Math.min(requests, options.concurrency ?? (requestRate === undefined ? 3 : requests));
  const client = frontendClient(route.url, {
    timeout,
    totalTimeout: totalTimeoutFactor * timeout,
    connections: concurrency,
    keepAlive: !newConnections,
  });
  const { tokensPerWord } = options;
  const tokens =
    tokensPerWord === undefined
      ? await countTokens(client, model, signal)
      : { perWord: tokensPerWord, template: 0 };
  const prompt = promptMaker({ promptTokens, sharedPrefix, prefixes }, tokens);

  const started = new Date().toISOString();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const samples: Sample[] = [];
  const progress = showProgress(requests);
  await generateLoad(
    client,
    { requests, concurrency, requestRate, model, outputTokens, prompt, signal },
    (sample) => {
      samples.push("answer" in sample ? sample : { ...sample, failure: withTrouble(sample.failure, route) });
      progress.count(sample);
    },
  );
  progress.stop();
  const { user, system } = process.cpuUsage(cpu);
  const generatorCpu = (user + system) / 1000 / (performance.now() - start);
  client.close();
  const report = {
    started,
    target: {
      name,
      stack: stack?.name,
      discoveryMode: stack?.discoveryMode,
      runtime: stack?.runtime,
      model,
      way: route.description,
    },
    load: {
      requests,
      concurrency,
      requestRate,
      promptTokens,
      outputTokens,
      sharedPrefix,
      prefixes,
      newConnections,
      tokensPerWord: tokens.perWord,
    },
    unfinished: requests - samples.length,
    metrics: metricsOf(samples),
    generatorCpu,
  };
  return { report, samples };
}
