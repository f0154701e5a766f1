import Table from "cli-table3";
import pc from "picocolors";
import { z } from "zod";
import { mistakesIn } from "../../config/messages";
import { inputJson } from "../cli/files";
import { UserError } from "../cli/userError";
import type { Distribution, Metrics } from "./metrics";

/** In ms. */
const distribution = z.object({
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
}) satisfies z.ZodType<Distribution>;

const metrics = z.object({
  completed: z.number(),
  failed: z.number(),
  errors: z.record(z.string(), z.object({ count: z.number(), first: z.string() })).describe("By kind."),
  duration: z.number().describe("Seconds from the first request to the last piece of an answer."),
  requestThroughput: z.number().describe("Completed requests a second."),
  longestGap: z
    .number()
    .optional()
    .describe(
      "Longest time without the end of a request that completed, in seconds. None in reports of earlier versions.",
    ),
  outputTokenThroughput: z.number().describe("Output tokens of completed requests a second."),
  promptTokens: z.number().optional().describe("Mean of a prompt; none where the frontend does not count."),
  outputTokens: z.number().optional().describe("Mean of an answer."),
  cachedShare: z.number().optional().describe("Share of the prompts' tokens that a KV cache had."),
  timeToFirstToken: distribution.optional(),
  interTokenLatency: distribution.optional(),
  requestLatency: distribution.optional(),
}) satisfies z.ZodType<Metrics>;

/** What `npm run traffic -- --json` prints, and `--out` keeps. */
export const report = z.object({
  started: z.string().describe("Start of the run, in ISO 8601."),
  target: z.object({
    name: z.string().describe("The graph, or the host where the run had only an address."),
    stack: z.string().optional(),
    discoveryMode: z.string().optional(),
    runtime: z.string().optional().describe("Version of the Dynamo runtime."),
    model: z.string(),
    way: z.string(),
  }),
  load: z.object({
    requests: z.number(),
    concurrency: z.number(),
    requestRate: z.number().optional(),
    promptTokens: z.number(),
    outputTokens: z.number(),
    sharedPrefix: z.number(),
    prefixes: z.number(),
    newConnections: z.boolean(),
    tokensPerWord: z.number().optional().describe("None in reports of earlier versions."),
  }),
  unfinished: z.number().describe("Requests that an interruption left under way, or not sent."),
  metrics,
  generatorCpu: z
    .number()
    .describe(
      "CPU time of the command by time of the run: near 1 it is the command that limits the traffic.",
    ),
});

export type TrafficReport = z.output<typeof report>;

/** @throws UserError where the file is not a report */
export function readReport(file: string): TrafficReport {
  const read = inputJson(file);
  const { data } = report.safeParse(read);
  if (data !== undefined) return data;
  const [mistake] = mistakesIn(report, read);
  throw new UserError(`${file} is no report: ${mistake}. Write one by \`npm run traffic -- --out ${file}\``);
}

/** The distributions of a report, by the names that people read. */
export const distributions = {
  "time to first token": "timeToFirstToken",
  "inter token latency": "interTokenLatency",
  "request latency": "requestLatency",
} as const satisfies Record<string, keyof Metrics>;

export const percentiles = ["p50", "p90", "p99"] as const;

/** The report for a terminal. */
export function describeReport({ target, load, unfinished, metrics, generatorCpu }: TrafficReport): string {
  const { completed, failed, duration, longestGap, promptTokens, outputTokens, cachedShare } = metrics;
  const rate = load.requestRate === undefined ? "" : `, ${load.requestRate} begun a second`;
  const cached = !cachedShare ? "" : `, ${(100 * cachedShare).toFixed(1)} % of prompts from KV caches`;
  const notes = [
    unfinished > 0
      ? pc.yellow(`interrupted: ${unfinished} of ${load.requests} requests were not finished`)
      : "",
    generatorCpu > 0.8
      ? pc.yellow(
          `this program took ${(100 * generatorCpu).toFixed(0)} % of a CPU: it may be what limits the traffic`,
        )
      : "",
    slowerThanAsked(load, metrics),
    otherThanAsked("prompt", load.promptTokens, promptTokens),
    otherThanAsked("output", load.outputTokens, outputTokens),
  ];
  return [
    `${pc.bold(target.name)}: ${target.model}, ${load.concurrency} requests at a time${rate}, by ${target.way}`,
    `${pc.bold(`${completed} completed`)}, ${failed > 0 ? pc.red(`${failed} failed`) : "none failed"}, in ${duration.toFixed(1)} s${longestGap === undefined ? "" : `, one ended at least every ${figure(longestGap)} s`}`,
    completed > 0
      ? `${figure(metrics.requestThroughput)} requests/s, ${figure(metrics.outputTokenThroughput)} output tokens/s; of a request ${promptTokens?.toFixed(0) ?? "?"} prompt and ${outputTokens?.toFixed(0)} output tokens (asked for: ${load.promptTokens} and ${load.outputTokens})${cached}`
      : "",
    ...notes,
    completed > 0 ? latencies(metrics) : "",
    failed > 0 ? errors(metrics) : "",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Requests that begin late say that more of them must be allowed at the same time, or that nothing can keep up. */
function slowerThanAsked(
  { requestRate, concurrency }: TrafficReport["load"],
  { requestThroughput }: Metrics,
): string {
  if (requestRate === undefined || requestThroughput > 0.9 * requestRate) return "";
  return pc.yellow(
    `${figure(requestThroughput)} requests/s completed of ${requestRate} asked for, with ${concurrency} at a time at most (--concurrency)`,
  );
}

/** Lengths that differ by more than a tenth are another load. */
function otherThanAsked(kind: string, asked: number, sent: number | undefined): string {
  if (sent === undefined || Math.abs(sent - asked) <= Math.max(2, asked / 10)) return "";
  return pc.yellow(
    `${figure(sent)} ${kind} tokens a request, and ${asked} were asked for (--${kind}-tokens)`,
  );
}

const plain = { head: [], border: [], compact: true };

function latencies(metrics: Metrics): string {
  const table = new Table({
    head: ["ms", ...percentiles, "max", "mean"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: plain,
  });
  for (const [name, key] of Object.entries(distributions)) {
    const values = metrics[key];
    if (values)
      table.push([name, ...([...percentiles, "max", "mean"] as const).map((part) => figure(values[part]))]);
  }
  return table.toString();
}

function errors({ errors }: Metrics): string {
  const table = new Table({
    head: ["failure", "requests", "the first one"],
    colWidths: [null, null, 72],
    wordWrap: true,
    style: plain,
  });
  for (const [kind, { count, first }] of Object.entries(errors)) table.push([pc.red(kind), count, first]);
  return table.toString();
}

/** A number with the digits that matter. */
export function figure(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
