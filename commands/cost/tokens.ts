/** What output tokens cost: the price of a graph's GPUs, by the tokens that a run of `npm run traffic` measured. */
import pc from "picocolors";
import { printable } from "../../config/printable";
import { releaseLineOf } from "../../config/runtime/versions";
import type { StackConfig } from "../../config/schema";
import { hoursPerDay } from "../../gpus/arithmetic";
import { rounded } from "../../gpus/price";
import { type Cost, costOfDay } from "../../plan/cost";
import { planStack } from "../../plan/stack";
import { countOf } from "../../preflight/finding";
import { UserError } from "../cli/userError";
import { compactTable } from "../preview/compactTable";
import { range } from "../preview/costWords";
import { figure, type TrafficReport } from "../traffic/report";
import type { TokenCost } from "./output";

/** The stack of a report. @throws UserError where none is told, or two */
export function stackOf({ target }: TrafficReport, given: string | undefined): string {
  const named = given?.split("/").at(-1);
  if (named !== undefined && target.stack !== undefined && named !== target.stack.split("/").at(-1))
    throw new UserError(
      `the report is of stack ${printable(target.stack)}, and --stack names ${named}: leave --stack out, or take another report`,
    );
  const stack = given ?? target.stack;
  if (stack === undefined)
    throw new UserError("the report is of an address: say whose by --stack and --graph");
  return stack;
}

const perMillion = 1e6 / 3600;

/**
 * @param settings of the stack
 * @param named the graph, where it is not the report's own name for it
 * @throws UserError where it is not there
 */
export function costOfTokens(
  report: TrafficReport,
  stack: string,
  settings: StackConfig,
  named?: string,
): TokenCost {
  const { target, load, metrics, started } = report;
  const { graphs } = planStack(settings);
  const name = named ?? target.name;
  const graph = graphs.find((one) => one.name === name);
  if (graph === undefined)
    throw new UserError(
      `stack ${stack} has no graph ${printable(name)}: write one of ${graphs.map((one) => one.name).join(", ")} as --graph`,
    );
  const tokens = metrics.outputTokenThroughput;
  if (!(tokens > 0)) throw new UserError("the report has no output tokens: no request was answered");
  const cost = costOfDay(settings.budget, [graph]);
  const perHour = hourOf(cost);
  const unknown =
    cost === undefined
      ? ["the price of a GPU (dynamo:budget.pricePerGpuHour)"]
      : cost.unpriced.map((kind) => `the price of ${kind} (dynamo:budget.prices)`);
  const isKnown = unknown.length === 0;
  const how = perHour.min === perHour.amount ? "computed" : "estimated";
  const each = (amount: number) => significant((amount * perMillion) / tokens);
  return {
    stack,
    graph: name,
    model: target.model,
    currency: settings.budget.currency,
    gpus: graph.gpus,
    ...(isKnown && {
      perHour: { min: rounded(perHour.min), amount: rounded(perHour.amount), how },
      perMillionOutputTokens: { min: each(perHour.min), amount: each(perHour.amount), how },
    }),
    outputTokensPerSecond: { value: tokens, how: "measured" },
    load: loadOf(load, started),
    unknown,
    notes: notesOn(report, graph.models, settings.runtime.version),
  };
}

const hourOf = (cost: Cost = { min: 0, amount: 0 }): Cost => ({
  min: cost.min / hoursPerDay,
  amount: cost.amount / hoursPerDay,
});

/** Cents of a million tokens may be what it is about. */
const significant = (amount: number) => Number(amount.toPrecision(4));

function loadOf(load: TrafficReport["load"], started: string): string {
  const rate = load.requestRate === undefined ? "" : `, ${load.requestRate} begun a second`;
  return `${load.requests} requests, ${load.concurrency} at a time${rate}, of ${load.promptTokens} prompt and ${load.outputTokens} output tokens, on ${printable(started)}`;
}

function notesOn(
  { target, metrics, unfinished, generatorCpu }: TrafficReport,
  models: readonly string[],
  runtime: string,
): string[] {
  const lost = metrics.failed + unfinished;
  return [
    ...(models.includes(target.model)
      ? []
      : [`the run asked for ${target.model}, and the graph serves ${models.join(", ")}`]),
    ...(target.runtime !== undefined && releaseLineOf(target.runtime) !== releaseLineOf(runtime)
      ? [`the run was on runtime ${target.runtime}, and the stack has ${runtime}`]
      : []),
    ...(lost > 0 ? [`${lost} of ${metrics.completed + lost} requests were not answered`] : []),
    ...(generatorCpu > 0.8 ? ["the load's own machine may be what limited it"] : []),
  ];
}

/** For a terminal. */
export function describeTokenCost(cost: TokenCost): string {
  const { stack, graph, model, gpus, currency, perHour, outputTokensPerSecond, perMillionOutputTokens } =
    cost;
  const million = perMillionOutputTokens && precise(perMillionOutputTokens);
  const rows = [
    [
      "GPUs",
      perHour ? `${range(perHour)} ${currency} an hour` : pc.yellow("unknown"),
      perHour?.how ?? "",
      `${countOf(gpus, "GPU")} at full scale, at the prices of dynamo:budget`,
    ],
    [
      "output tokens",
      `${figure(outputTokensPerSecond.value)} a second`,
      outputTokensPerSecond.how,
      cost.load,
    ],
    [
      "a million of them",
      million ? `${million} ${currency}` : pc.yellow("unknown"),
      perMillionOutputTokens?.how ?? "",
      "at this load: more of it costs less for each, until the GPUs are full",
    ],
  ];
  return [
    `${pc.bold(`${graph} of ${stack}`)}: ${printable(model)}`,
    compactTable({ colAligns: ["left", "right", "left", "left"] }, rows),
    ...cost.notes.map((note) => `${pc.yellow("warning:")} ${printable(note)}`),
  ].join("\n");
}

/** "12.34", or "0.0412": with the digits that matter. */
function precise({ min, amount }: Cost): string {
  const text = (value: number) => (value >= 1 || value === 0 ? value.toFixed(2) : String(value));
  return min === amount ? text(amount) : `${text(min)} to ${text(amount)}`;
}
