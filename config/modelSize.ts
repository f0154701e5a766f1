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

/** Schema of a graph's `modelSize`. */
export const modelSize = z
  .strictObject({
    parameters: z
      .number()
      .positive("must be more than 0")
      .max(100_000, "must be in 10⁹: 70.6 for a model of 70B")
      .meta({ description: "Parameters of the model, all experts among them, in 10⁹." }),
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
    context: whole(1, 2 ** 30)
      .optional()
      .meta({ description: "Tokens of its longest text. Default: what its family tells." }),
  })
  .meta({
    description:
      "Size of the model, by which a preview tells whether it fits into the GPUs. Default: what its name tells.",
  });

export type ModelSizeConfig = z.output<typeof modelSize>;
