/** The GPUs of a stack, and what they cost, in a comment's table. */
import { own } from "../../config/own";
import { gpuHoursPerDay } from "../../gpus/arithmetic";
import { costPerMonth } from "../../gpus/price";
import type { Baseline } from "./baseline";
import { plainText, table } from "./markdown";
import { policyBudget } from "./policySettings";
import type { Summary } from "./summary";

export function gpuTable(
  { outputs, policies, switchover }: Summary,
  earlier: Baseline | undefined,
  good: string,
): string {
  const verdict = budgetVerdict(good);
  const [now, before] = [outputs.gpus, earlier?.outputs?.gpus];
  const graphs = new Set([...Object.keys(before?.byGraph ?? {}), ...Object.keys(now.byGraph)]);
  const count = (gpus: number | undefined) => (gpus === undefined ? "" : String(gpus));
  const rows = [...graphs].map((graph) => [
    plainText(graph),
    count(before && own(before.byGraph, graph)),
    count(own(now.byGraph, graph)),
    delta(own(now.byGraph, graph) ?? 0, before ? (own(before.byGraph, graph) ?? 0) : undefined).trim(),
  ]);
  rows.push(["**GPUs**", count(before?.total), `**${now.total}**`, delta(now.total, before?.total).trim()]);
  if (now.budget !== undefined || before?.budget !== undefined)
    rows.push(["budget of the config", count(before?.budget), count(now.budget), verdict(now)]);
  const [guard, guardBefore] = [policyBudget(policies.rules), policyBudget(earlier?.policies?.rules ?? {})];
  if (guard !== undefined || guardBefore !== undefined)
    rows.push([
      "budget of the policies",
      count(guardBefore),
      count(guard),
      verdict({ ...now, budget: guard }),
    ]);
  if (switchover && switchover.steps.length > 0)
    rows.push(["GPUs at its peak", "", count(switchover.peak), verdict({ ...now, total: switchover.peak })]);
  const hoursBefore = before && gpuHoursPerDay(before.total);
  rows.push([
    "GPU-hours a day",
    count(hoursBefore),
    count(now.hoursPerDay),
    delta(now.hoursPerDay, hoursBefore).trim(),
  ]);
  if (now.costPerDay) {
    const { amount, currency } = now.costPerDay;
    const earlier = before?.costPerDay?.currency === currency ? before.costPerDay.amount : undefined;
    const money = (what: string, of: (perDay: number) => number) => [
      `${currency} a ${what}`,
      earlier === undefined ? "" : of(earlier).toFixed(2),
      of(amount).toFixed(2),
      delta(of(amount), earlier && of(earlier), 2).trim(),
    ];
    rows.push(
      money("day", (perDay) => perDay),
      money("month", costPerMonth),
    );
  }
  return table(["", "before", "after", ""], ["---", "---:", "---:", "---"], rows);
}

const budgetVerdict =
  (good: string) =>
  ({ total, budget }: Pick<Summary["outputs"]["gpus"], "total" | "budget">): string => {
    if (budget === undefined) return "";
    return total > budget ? `❌ over by ${total - budget}` : `${good} ${budget - total} left`;
  };

/** " (+24)", or nothing where nothing changed or there was nothing before. */
export function delta(now: number, before: number | undefined, digits = 0): string {
  if (before === undefined || now === before) return "";
  const difference = now - before;
  return ` (${difference > 0 ? "+" : "−"}${Math.abs(difference).toFixed(digits)})`;
}
