/** What `npm run size -- --json` prints. */
import { z } from "zod";
import { modelSize } from "../../config/modelSize";

export const sizeOutput = z.object({
  type: z.string().describe("`model_type`, as transformers name the architecture."),
  layers: z.number().int(),
  weights: z
    .number()
    .describe("GB of the weights, of 16 bits each where it is not known how they are stored."),
  modelSize: modelSize.describe("The setting `dynamo:graphs[].modelSize`."),
  notes: z.array(z.string()).describe("What is not counted, or not known."),
});
