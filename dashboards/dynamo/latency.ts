/** Latency of requests, and their length. */
import { type Query, timeseries } from "../panel";
import type { Objectives } from "./objectives";

const none = "Empty while there are no requests.";

const rate = (metric: string, frontends: string) =>
  `rate(dynamo_frontend_${metric}{${frontends}}[$__rate_interval])`;

function quantiles(histogram: string, frontends: string): Query[] {
  const buckets = `sum by (le) (${rate(`${histogram}_bucket`, frontends)})`;
  return [0.5, 0.9, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, ${buckets})`,
    legend: `p${quantile * 100}`,
  }));
}

/** @param frontends labels of the frontends' series */
export function latencyRow(frontends: string, { timeToFirstToken }: Objectives) {
  return {
    title: "Latency",
    panels: [
      timeseries({
        title: "Time to first token",
        description: `From the request to the first token. Healthy: below the strictest objective of the graphs, ${timeToFirstToken} s. ${none}`,
        unit: "s",
        queries: quantiles("time_to_first_token_seconds", frontends),
        thresholds: ["green", { from: timeToFirstToken, color: "red" }],
        width: 8,
      }),
      timeseries({
        title: "Inter-token latency",
        description: `Between two tokens of an answer. Healthy: below 50 ms, as fast as people read. ${none}`,
        unit: "s",
        queries: quantiles("inter_token_latency_seconds", frontends),
        thresholds: ["green", { from: 0.05, color: "orange" }],
        width: 8,
      }),
      timeseries({
        title: "Duration",
        description: `Of whole requests. Healthy: it grows and falls with the length of answers. ${none}`,
        unit: "s",
        queries: quantiles("request_duration_seconds", frontends),
        width: 8,
      }),
    ],
  };
}

/** @param frontends labels of the frontends' series */
export function tokenRow(frontends: string) {
  return {
    title: "Tokens",
    panels: [
      timeseries({
        title: "Tokens a second",
        description: "What goes in as prompts, and comes out as answers. Healthy: it follows the requests.",
        unit: "short",
        queries: [
          { expr: `sum(${rate("input_sequence_tokens_sum", frontends)})`, legend: "input", color: "green" },
          { expr: `sum(${rate("output_tokens_total", frontends)})`, legend: "output", color: "blue" },
        ],
        width: 8,
      }),
      timeseries({
        title: "Input length",
        description: `Tokens of a prompt. Long ones take long to their first token. Healthy: what the clients are known for. ${none}`,
        unit: "short",
        queries: quantiles("input_sequence_tokens", frontends),
        width: 8,
      }),
      timeseries({
        title: "Output length",
        description: `Tokens of an answer. Healthy: what the clients are known for; many at the limit are cut off. ${none}`,
        unit: "short",
        queries: quantiles("output_sequence_tokens", frontends),
        width: 8,
      }),
    ],
  };
}
