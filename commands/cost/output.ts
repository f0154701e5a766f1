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

const how = z
  .enum(["computed", "estimated", "measured"])
  .describe(
    "measured: by the run; computed: of the config's prices and what was measured; estimated: the same, where replicas may have been others than are counted.",
  );

const tokenCost = z.object({
  stack: z.string(),
  graph: z.string(),
  model: z.string().describe("As clients ask for it."),
  currency: z.string(),
  gpus: z.number().int().min(0).describe("At full scale."),
  perHour: money.extend({ how }).optional().describe("Of the graph's GPUs; none where a price is not known."),
  outputTokensPerSecond: z.object({ value: z.number(), how }),
  perMillionOutputTokens: money
    .extend({ how })
    .optional()
    .describe("At the load of the run; none where a price is not known."),
  load: z.string().describe("The run, in words."),
  unknown: z.array(z.string()).describe("What is not known, so that there is no amount."),
  notes: z.array(z.string()).describe("What speaks against taking the run for the graph."),
});

/** What the output tokens of a graph cost, by a run of `npm run traffic`. */
export type TokenCost = z.output<typeof tokenCost>;

export const costOutput = z.object({
  graphs: z.array(graphCost),
  unpriced: z.array(z.string()).describe("What has no price, and is in no amount."),
  traffic: tokenCost.optional().describe("What output tokens cost by the report of --traffic."),
});
