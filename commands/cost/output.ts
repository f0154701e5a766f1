/** What `npm run cost -- --json` prints. */
import { z } from "zod";

const money = z.object({
  min: z.number().describe("Where everything that scales is at its minimum."),
  amount: z.number().describe("At full scale."),
});

const graphCost = z.object({
  stack: z.string(),
  team: z
    .string()
    .describe("The label `team` that the stack's policies give to its objects; empty where they give none."),
  graph: z.string(),
  gpus: z.number().int().min(0).describe("At full scale."),
  currency: z.string(),
  perDay: money,
  perMonth: money.describe("730 hours."),
});

/** What a graph costs: at least and at most where it scales. */
export type GraphCost = z.output<typeof graphCost>;

export const costOutput = z.object({
  graphs: z.array(graphCost),
  unpriced: z.array(z.string()).describe("What has no price, and is in no amount."),
});
