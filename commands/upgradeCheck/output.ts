/** What `npm run upgrade-check -- --json` prints. */
import { z } from "zod";
import { effect } from "../preview/effectOutput";
import { rehearsedUpgrade } from "./rehearse/output";

const texts = z.array(z.string());
const count = z.number().int().min(0);

const pods = z.object({
  effects: z.array(effect).describe("What happens to each graph."),
  pods: count.describe("Pods that start or roll."),
  gpus: z.number().describe("GPUs of these pods."),
  peak: z.number().describe("Most GPUs of the stack at one time."),
  limit: z.number().optional().describe("Most that the budget or the cluster allow, where either is known."),
});

export const upgradeStep = z.object({
  what: z
    .enum(["CRDs", "chart", "operator", "Grove", "LeaderWorkerSet", "config", "runtime"])
    .describe("What it changes: a part of the platform, the stack's config, or its pods."),
  from: z.string().describe('Release, as "1.3" of a platform and "1.3.1" of a runtime.'),
  to: z.string(),
  verdict: z
    .enum(["safe", "by hand", "blocked"])
    .describe(
      "Whether it may be done: as it comes, with what is to be written, or not before something else is.",
    ),
  changes: texts.describe("What it changes, and what to know of it."),
  todo: texts.describe("Commands and lines of the config to write, in their order."),
  reasons: texts.describe("Why it is blocked, each with its remedy; empty where it is not."),
  pods: pods.optional().describe("Pods that start or roll; none where none does."),
});

const platform = z.object({
  releaseLine: z.string(),
  taken: z.string().optional().describe("Why it is taken for the runtime's; none where the cluster told it."),
});

export const upgradeOutput = z.object({
  stack: z.string(),
  ok: z.boolean().describe("Whether no step is blocked, and none failed or lost a request in a rehearsal."),
  from: z.string().describe("Version of the runtime."),
  to: z.string(),
  platform: platform.describe("Release that the platform begins with."),
  notes: texts.describe("What is wrong before it begins."),
  steps: z.array(upgradeStep).describe("In their order; empty where nothing is to be done."),
  rehearsal: rehearsedUpgrade.optional().describe("What came of them in a rehearsal, with `--rehearse`."),
});
