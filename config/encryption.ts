/** Mutual TLS between the parts of a stack. */
import { z } from "zod";
import { count } from "./fields";

/** Schema of `dynamo:encryption`. */
export const encryption = z
  .strictObject({
    issuer: z.enum(["none", "own"]).default("none").meta({
      description:
        "Who signs the certificates: `own`, authorities of the stack's own; `none`, nobody, and all is plain text.",
    }),
    generation: count.default(1).meta({
      description:
        "One more makes new keys and certificates, valid for a year, and replaces all pods that have one, each in its turn. Those of the generation before are trusted until one more again.",
    }),
    refusePlain: z.boolean().default(false).meta({
      description:
        "Whether a plan is refused in which requests, KV events or the KV cache between prefill and decode still go in plain text.",
    }),
  })
  .meta({
    description:
      "Mutual TLS of requests, NATS and etcd, from runtime 1.5 on ([what is encrypted](encryption.md)). Its beginning and its end make new graphs beside the old.",
  });

export type EncryptionConfig = z.output<typeof encryption>;
