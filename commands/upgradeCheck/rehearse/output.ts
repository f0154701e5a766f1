/** What a rehearsed upgrade prints with `--json`. */
import { z } from "zod";

const texts = z.array(z.string());
const count = z.number().int().min(0);

export const rehearsedMove = z.object({
  what: z.enum(["platform", "runtime"]),
  from: z.string().describe('Release, as "1.3" of a platform and "1.3.1" of a runtime.'),
  to: z.string(),
  way: z.enum(["there", "back"]),
  done: texts.describe("Steps that were done, by the stand-ins where the rehearsal has no more."),
  notDone: texts.describe("Steps that nothing in a rehearsal stands for."),
  seconds: z.number().describe("Until all pods were Ready again and none ended any more."),
  objects: z
    .object({ created: texts, updated: texts, replaced: texts, deleted: texts })
    .describe("Objects of the stack that its update changed, each as kind/name."),
  pods: z.object({ started: count, gone: count }).describe("Pods of graphs."),
  gpus: z.object({
    peak: count.describe("Most GPUs that scheduled pods held at one time."),
    ending: count.describe("Those of them that pods had which were told to end."),
    forecast: count.describe("The peak that the steps announce."),
  }),
  requests: z
    .object({
      completed: count,
      failed: count,
      longestGap: z
        .number()
        .optional()
        .describe("Longest time without the end of a request that completed, in seconds."),
      errors: z.record(z.string(), z.object({ count, first: z.string() })).describe("By kind."),
    })
    .optional()
    .describe("Of all graphs together; none where no traffic ran."),
  failure: z.string().optional().describe("Why it did not come to its end; none where it did."),
});

export const rehearsedUpgrade = z.object({
  standIns: texts.describe("Parts of the rehearsal that are not the real thing."),
  noTraffic: z.string().optional().describe("Why no traffic ran; none where it did."),
  notes: texts.describe("What is other than on a cluster, and where the steps announced something else."),
  moves: z.array(rehearsedMove).describe("In their order: there, and back."),
});
