import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { readStack, stackNames } from "../config/project";
import { at, text } from "../gpus/manifest";
import { total } from "../plan/cost";
import { planStack } from "../plan/stack";
import type { Printed } from "./cli/printed";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import type { costOutput, GraphCost } from "./cost/output";
import { costOfTokens, describeTokenCost, stackOf } from "./cost/tokens";
import { compactTable } from "./preview/compactTable";
import { perMonth, range } from "./preview/costWords";
import { readPolicySettings } from "./preview/policySettings";
import { readReport } from "./traffic/report";

interface Options {
  readonly stack?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly traffic?: string;
  readonly graph?: string;
}

export const command = new Command("npm run cost --")
  .description(
    "Shows what the GPUs of graphs cost a day and a month (730 hours), at least and at most where they scale.",
  )
  .option("-s, --stack <name>", "one stack (default: all that have a file)")
  .option("--json", "print it as JSON, for machines")
  .addOption(
    new Option(
      "--traffic <file>",
      "a report of `npm run traffic -- --out`: show what a million output tokens of its graph cost at its load",
    ).conflicts("csv"),
  )
  .option("--graph <name>", "the graph of that report (default: as the report names it)")
  .addOption(new Option("--csv", "print it as CSV, for spreadsheets").conflicts("json"))
  .action(cost);

function cost({ stack: given, json, csv, traffic: file, graph }: Options): void {
  if (graph !== undefined && file === undefined)
    throw new UserError("--graph says which graph a report is of: name the report by --traffic");
  const report = file === undefined ? undefined : readReport(file);
  const stack = report === undefined ? given : stackOf(report, given);
  const traffic =
    report && stack !== undefined ? costOfTokens(report, stack, readStack(stack).settings, graph) : undefined;
  const found = (stack === undefined ? stackNames().sort() : [stack]).map(costsOf);
  const costs = found.flatMap(({ costs }) => costs);
  const unpriced = found.flatMap(({ unpriced }) => unpriced);
  const printed: Printed<typeof costOutput> = { graphs: costs, unpriced, traffic };
  if (json) console.log(toJson(printed));
  else if (csv) console.log(toCsv(costs));
  else if (traffic) console.log(describeTokenCost(traffic));
  else if (costs.length > 0) console.log(table(costs));
  if (costs.length === 0 && unpriced.length > 0)
    throw new UserError("no price is known: write dynamo:budget.pricePerGpuHour or dynamo:budget.prices");
  if (traffic && traffic.unknown.length > 0)
    throw new UserError(
      `what a token of graph ${traffic.graph} costs is not known: ${traffic.unknown.join("; ")}`,
    );
  for (const line of json || csv || traffic ? [] : unpriced)
    console.log(`${pc.yellow("warning:")} ${printable(line)}`);
}

function costsOf(name: string): {
  readonly costs: readonly GraphCost[];
  readonly unpriced: readonly string[];
} {
  const stack = readStack(name);
  warnOfEnvironments(stack);
  const { gpus } = planStack(stack.settings);
  const { costPerDay, byGraph } = gpus;
  if (costPerDay === undefined)
    return {
      costs: [],
      unpriced:
        gpus.total > 0 ? [`stack ${stack.name} has no price of a GPU (dynamo:budget.pricePerGpuHour)`] : [],
    };
  const { currency, unpriced } = costPerDay;
  const team = text(at(readPolicySettings(stack.name).byRule, "owner-labels", "labels", "team"));
  return {
    costs: Object.entries(costPerDay.byGraph).map(([graph, perDay]) => ({
      stack: stack.name,
      team,
      graph,
      gpus: byGraph[graph] ?? 0,
      currency,
      perDay,
      perMonth: perMonth(perDay),
    })),
    unpriced: unpriced.map((kind) => `stack ${stack.name} has no price of ${kind} (dynamo:budget.prices)`),
  };
}

function table(costs: readonly GraphCost[]): string {
  const head = ["stack", "team", "graph", "GPUs", "a day", "a month", ""];
  const colAligns = ["left", "left", "left", "right", "right", "right", "left"] as const;
  const inAll = [...new Set(costs.map(({ currency }) => currency))].map((currency) => {
    const same = costs.filter((one) => one.currency === currency);
    const perDay = total(same.map((one) => one.perDay));
    const gpus = same.reduce((sum, one) => sum + one.gpus, 0);
    return ["in all", "", "", gpus, range(perDay), range(perMonth(perDay)), currency];
  });
  const rows = costs.map(({ stack, team, graph, gpus, currency, perDay, perMonth }) => [
    ...[stack, team, graph].map((name) => printable(name)),
    gpus,
    range(perDay),
    range(perMonth),
    currency,
  ]);
  return compactTable({ head, colAligns: [...colAligns] }, [...rows, ...inAll]);
}

/** Names have no quotes, commas or ends of lines: the config refuses them. */
function toCsv(costs: readonly GraphCost[]): string {
  const head = "stack,team,graph,gpus,currency,minPerDay,maxPerDay,minPerMonth,maxPerMonth";
  const lines = costs.map(({ stack, team, graph, gpus, currency, perDay, perMonth }) =>
    [
      ...[stack, team, graph].map((name) => `"${name.replaceAll('"', '""')}"`),
      gpus,
      currency,
      perDay.min,
      perDay.amount,
      perMonth.min,
      perMonth.amount,
    ].join(","),
  );
  return [head, ...lines].join("\n");
}
