/** What is read of an earlier preview, which an older program may have written. */
import { z } from "zod";
import { levels } from "../../policies/rule";

const fields = z.object({
  backend: z.string().optional(),
  components: z.record(
    z.string(),
    z.object({ type: z.string(), nodes: z.number(), replicas: z.number().optional() }),
  ),
});

export const baseline = z.object({
  project: z.string(),
  stack: z.string(),
  outputs: z
    .object({
      discoveryMode: z.string(),
      gpus: z.object({
        total: z.number(),
        byGraph: z.record(z.string(), z.number()).default({}),
        budget: z.number().optional(),
        hoursPerDay: z.number().optional(),
        costPerDay: z.object({ amount: z.number(), currency: z.string() }).optional(),
      }),
      graphs: z
        .record(
          z.string(),
          z.object({
            deployment: z.string(),
            apiVersion: z.string(),
            mode: z.enum(["kubernetes", "nats-etcd"]),
            gpus: z.number(),
            source: z.string().optional(),
            // By these a plan knows what may not be changed in place.
            runtime: z.string().optional(),
            certificates: z.number().optional(),
            issuer: z.string().optional(),
            digest: z.string().optional(),
            fields: fields.optional().catch(undefined),
          }),
        )
        .default({}),
    })
    .optional(),
  switchover: z.object({ kind: z.string() }).optional(),
  policies: z
    .object({
      rules: z.record(z.string(), z.object({ level: levels, settings: z.record(z.string(), z.unknown()) })),
    })
    .optional()
    .catch(undefined), // they once were a number
  resources: z.array(z.object({ urn: z.string(), file: z.string().optional() })).default([]),
});

export type Baseline = z.output<typeof baseline>;
