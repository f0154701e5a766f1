/** What `npm run preflight -- --json` prints. */
import { z } from "zod";

export const finding = z.object({
  check: z.string(),
  subject: z.string().describe("What of the stack or the cluster it is about."),
  state: z
    .enum(["passed", "failed", "unknown"])
    .describe("What could not be read is unknown: it may be wrong."),
  found: z.string(),
  remedy: z.string().optional().describe("Remedy of a failure."),
});

export const preflightOutput = z.object({
  stack: z.string(),
  cluster: z.string().describe("Address of the API server, or the file of --cluster."),
  takenAt: z.string().describe("When the cluster was read, in ISO 8601."),
  ok: z.boolean().describe("Whether no check failed."),
  findings: z.array(finding),
});
