import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { readStack, stackNames } from "../config/project";
import { at, text } from "../gpus/manifest";
import { total } from "../plan/cost";
import { planStack } from "../plan/stack";
import { UserError } from "./cli/userError";
import { warnOfEnvironments } from "./cli/warnings";
import type { GraphCost } from "./cost/output";
import { compactTable } from "./preview/compactTable";
import { perMonth, range } from "./preview/costWords";
import { readPolicySettings } from "./preview/policySettings";

interface Options {
  readonly stack?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export const command = new Command("npm run cost --")
  .description(
    "Shows what the GPUs of graphs cost a day and a month (730 hours), at least and at most where they scale.",
  )
  .option("-s, --stack <name>", "one stack (default: all that have a file)")
  .option("--json", "print it as JSON, for machines")
  .addOption(new Option("--csv", "print it as CSV, for spreadsheets").conflicts("json"))
  .action(cost);

function cost({ stack, json, csv }: Options): void {
  const found = (stack === undefined ? stackNames().sort() : [stack]).map(costsOf);
  const costs = found.flatMap(({ costs }) => costs);
  const unpriced = found.flatMap(({ unpriced }) => unpriced);
  if (json) console.log(toJson({ graphs: costs, unpriced }));
  else if (csv) console.log(toCsv(costs));
  else if (costs.length > 0) console.log(table(costs));
  if (costs.length === 0 && unpriced.length > 0)
    throw new UserError("no price is known: write dynamo:budget.pricePerGpuHour or dynamo:budget.prices");
  for (const line of json || csv ? [] : unpriced) console.log(`${pc.yellow("warning:")} ${printable(line)}`);
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
