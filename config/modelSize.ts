/** The size of a graph's model, for those whose name does not tell it. */
import { z } from "zod";
import { whole } from "./fields";

/** Precisions of weights, and bytes of a parameter in them; those of 4 bits have scales beside them. */
export const precisions = {
  fp32: 4,
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.52,
  nvfp4: 0.5625,
  mxfp4: 0.53125,
} as const;
export type Precision = keyof typeof precisions;

/** A number of parameters, in 10⁹. */
const billions = z
  .number()
  .positive("must be more than 0")
  .max(100_000, "must be in 10⁹: 70.6 for a model of 70B");

/** Schema of a graph's `modelSize`. `npm run size` writes it of a config.json. */
export const modelSize = z
  .strictObject({
    parameters: billions.meta({ description: "Parameters of the model, all experts among them, in 10⁹." }),
    experts: billions.optional().meta({
      description: "Those of them that are experts', in 10⁹. Default: what its family tells, else none.",
    }),
    unquantized: billions.optional().meta({
      description:
        "Those of them that stay in 16 bits where the others have fewer, in 10⁹. Default: what its family tells, else none.",
    }),
    precision: z
      .enum(Object.keys(precisions) as [Precision, ...Precision[]])
      .optional()
      .meta({ description: "How its weights are stored. Default: what its name tells, else bf16." }),
    kvBytesPerToken: whole(1, 2 ** 30)
      .optional()
      .meta({
        description:
          "Bytes that a token takes in the KV cache in 16 bits: 2 × layers × num_key_value_heads × head_dim × 2. Default: what its family tells.",
      }),
    kvHeads: whole(1, 2 ** 20)
      .optional()
      .meta({
        description:
          "Heads of the KV cache, which tensor parallelism divides; 1 for latent attention. Default: what its family tells, else 1.",
      }),
    heads: whole(1, 2 ** 20)
      .optional()
      .meta({
        description:
          "Attention heads, which tensor parallelism must divide. Default: what its family tells, else any size is taken.",
      }),
    context: whole(1, 2 ** 30)
      .optional()
      .meta({ description: "Tokens of its longest text. Default: what its family tells." }),
  })
  .meta({
    description:
      "Size of the model, by which a preview tells whether it fits into the GPUs; `npm run size -- config.json` writes it. Default: what its name tells.",
  });

export type ModelSizeConfig = z.output<typeof modelSize>;
