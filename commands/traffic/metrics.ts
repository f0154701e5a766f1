/**
 * Figures of a run, as AIPerf defines them (https://docs.nvidia.com/aiperf/reference/ai-perf-metrics-reference), so that
 * both can be compared. Only requests that completed have part in them; those that failed are counted by kind.
 *
 * Tokens are those that the frontend counts (`usage`); AIPerf has a tokenizer of its own.
 */
import { ascending, max, mean, pairs, quantileSorted } from "d3-array";
import type { StreamedAnswer } from "../frontend/chat";
import type { Sample } from "./load";

/** In ms. Between two values a percentile is interpolated. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Metrics {
  readonly completed: number;
  readonly failed: number;
  /** By kind. */
  readonly errors: Readonly<Record<string, { readonly count: number; readonly first: string }>>;
  /** From the first request sent to the last piece of an answer, or to the last failure, in s. */
  readonly duration: number;
  /** Completed requests / duration. */
  readonly requestThroughput: number;
  /** Longest time between the ends of two requests that completed one after the other, in s; undefined of fewer. */
  readonly longestGap?: number;
  /** Output tokens of all completed requests / duration. */
  readonly outputTokenThroughput: number;
  /** Mean of a prompt; undefined where the frontend does not count. */
  readonly promptTokens?: number;
  /** Mean of an answer. */
  readonly outputTokens?: number;
  /** Share of all prompts' tokens that was found in a KV cache; undefined where the frontend does not say. */
  readonly cachedShare?: number;
  /** From a request to the first text of its answer. */
  readonly timeToFirstToken?: Distribution;
  /** A request's (request latency - time to first token) / (output tokens - 1). */
  readonly interTokenLatency?: Distribution;
  /** From a request to the last text of its answer. */
  readonly requestLatency?: Distribution;
}

/** Values of single requests, in ms, that the distributions are made of. */
export interface Values {
  readonly timeToFirstToken: readonly number[];
  readonly interTokenLatency: readonly number[];
  readonly requestLatency: readonly number[];
}

export function measuresOf(samples: readonly Sample[]): Values {
  const answers = answersOf(samples);
  return {
    timeToFirstToken: answers.map(({ timeToFirstToken }) => timeToFirstToken),
    interTokenLatency: answers.flatMap(({ latency, timeToFirstToken, outputTokens }) =>
      outputTokens > 1 ? [(latency - timeToFirstToken) / (outputTokens - 1)] : [],
    ),
    requestLatency: answers.map(({ latency }) => latency),
  };
}

export function metricsOf(samples: readonly Sample[]): Metrics {
  const answers = answersOf(samples);
  const { timeToFirstToken, interTokenLatency, requestLatency } = measuresOf(samples);
  const duration = durationOf(samples);
  const outputTokens = answers.map(({ outputTokens }) => outputTokens);
  const promptTokens = answers.flatMap(({ promptTokens }) => promptTokens ?? []);
  const cachedTokens = answers.flatMap(({ cachedTokens }) => cachedTokens ?? []);
  const perSecond = (total: number) => (duration > 0 ? total / duration : 0);
  return {
    completed: answers.length,
    failed: samples.length - answers.length,
    errors: errorsOf(samples),
    duration,
    longestGap: longestGapOf(samples),
    requestThroughput: perSecond(answers.length),
    outputTokenThroughput: perSecond(sum(outputTokens)),
    promptTokens: mean(promptTokens),
    outputTokens: mean(outputTokens),
    cachedShare: cachedTokens.length > 0 ? sum(cachedTokens) / sum(promptTokens) : undefined,
    timeToFirstToken: distribution(timeToFirstToken),
    interTokenLatency: distribution(interTokenLatency),
    requestLatency: distribution(requestLatency),
  };
}

export function distribution(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort(ascending);
  const quantile = (share: number) => quantileSorted(sorted, share) ?? Number.NaN;
  return {
    mean: mean(sorted) ?? Number.NaN,
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    max: quantile(1),
  };
}

function answersOf(samples: readonly Sample[]): StreamedAnswer[] {
  return samples.flatMap((sample) => ("answer" in sample ? [sample.answer] : []));
}

function durationOf(samples: readonly Sample[]): number {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const sample of samples) {
    first = Math.min(first, sample.sent);
    last = Math.max(last, "answer" in sample ? sample.sent + sample.answer.latency : sample.ended);
  }
  return samples.length === 0 ? 0 : (last - first) / 1000;
}

/** What clients saw of an interruption, whether their requests failed or waited. */
function longestGapOf(samples: readonly Sample[]): number | undefined {
  const ends = samples.flatMap((sample) => ("answer" in sample ? [sample.sent + sample.answer.latency] : []));
  return max(pairs(ends.sort(ascending)), ([earlier, later]) => (later - earlier) / 1000);
}

function errorsOf(samples: readonly Sample[]): Metrics["errors"] {
  const errors: Record<string, { count: number; first: string }> = {};
  for (const sample of samples) {
    if (!("failure" in sample)) continue;
    const { kind, message } = sample.failure;
    const error = errors[kind] ?? { count: 0, first: message };
    error.count++;
    errors[kind] = error;
  }
  return errors;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
