import { z } from "zod";
import { own } from "../../config/own";
import { gpuDemand } from "../../gpus/demand";
import { at, nameOf } from "../../gpus/manifest";
import { costOfUse, costPerMonth } from "../../gpus/price";
import { nameIn } from "../../gpus/references";
import type { GpuUse } from "../../gpus/use";
import { stackRule } from "../rule";

const money = z.number().min(0);

export const gpuCost = stackRule({
  name: "gpu-cost",
  description: "GPUs of a month cost no more than the stack's budget, and than that of each team.",
  severity: "high",
  remedy:
    "Lower replicas or gpus of dynamo:graphs, or have the amounts of gpu-cost raised in policies/config/.",
  settings: z.strictObject({
    perMonth: money.default(0).describe("Most that the stack's GPUs may cost a month; 0: no limit."),
    teams: z
      .record(z.string(), money)
      .default({})
      .describe("Most that the GPUs of a team may cost a month, by team; where it is empty, no limit."),
    teamLabel: z.string().min(1).default("team").describe("Label that names an object's team."),
    pricePerGpuHour: money.default(0).describe("Price of a GPU for an hour; 0: not known."),
    prices: z
      .record(z.string(), money)
      .default({})
      .describe("Prices of kinds of GPU for an hour, by product or resource."),
  }),
  check(objects, { perMonth, teams, teamLabel, pricePerGpuHour, prices }, report) {
    if (perMonth === 0 && Object.keys(teams).length === 0) return;
    const known = { pricePerGpuHour: pricePerGpuHour || undefined, prices };
    const labels = new Map<unknown, string>();
    for (const { manifest } of objects)
      labels.set(manifest, nameIn(at(manifest, "metadata", "labels", teamLabel)));
    const byTeam = new Map<string, number>();
    for (const use of gpuDemand(objects.map(({ manifest }) => manifest)).uses) {
      const cost = costOf(use, known, report);
      const team = labels.get(use.manifest) ?? "";
      byTeam.set(team, (byTeam.get(team) ?? 0) + cost);
    }
    const all = [...byTeam.values()].reduce((sum, cost) => sum + cost, 0);
    if (perMonth > 0 && all > perMonth)
      report(
        `the stack's GPUs cost ${all.toFixed(2)} a month, and the policies allow ${perMonth.toFixed(2)}`,
      );
    if (Object.keys(teams).length === 0) return;
    for (const [team, cost] of byTeam) {
      const limit = own(teams, team);
      if (limit === undefined)
        report(
          team === ""
            ? `GPUs of ${cost.toFixed(2)} a month are no team's: give their objects the label ${teamLabel}`
            : `team ${team} takes GPUs of ${cost.toFixed(2)} a month, and has no budget`,
        );
      else if (cost > limit)
        report(
          `team ${team} takes GPUs of ${cost.toFixed(2)} a month, and its budget is ${limit.toFixed(2)}`,
        );
    }
  },
});

/** Cost of a month. Of what has no price, it is reported. */
function costOf(
  use: GpuUse,
  prices: Parameters<typeof costOfUse>[1],
  report: (message: string) => void,
): number {
  const { perDay, unpriced } = costOfUse(use, prices);
  for (const kind of unpriced)
    report(
      `${nameOf(use.manifest)}: the price of ${kind} of ${use.component} is not known: write pricePerGpuHour, or its own in prices`,
    );
  return costPerMonth(perDay);
}
