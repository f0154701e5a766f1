/** A graph that ran before the stack had it. */
import { z } from "zod";
import { label } from "./fields";
import { patch } from "./patch";

/** Schema of a graph's `adopted`, which `npm run adopt` writes. */
export const adopted = z
  .strictObject({
    deployment: label.meta({ description: "Name of the DynamoGraphDeployment that ran." }),
    inPlaceOf: label.meta({
      description:
        "Name of the one that the stack would make. Another mode, revision or other components ask for another name: then a new graph takes this one's place, and `adopted` has done its work.",
    }),
    patch: z.array(patch).default([]).meta({
      description:
        "What the graph has otherwise than the stack would make it. Each item that is taken out has its pods roll. They may not change its GPUs or replicas.",
    }),
  })
  .meta({
    description:
      "In place of a new graph, one that ran already and goes on as it is. `npm run adopt` writes it.",
  });

export type AdoptedConfig = z.output<typeof adopted>;

/** Number of fields that a graph has otherwise than its settings say. */
export const keptFields = ({ patch }: Pick<AdoptedConfig, "patch">) =>
  patch.filter(({ op }) => op !== "test").length;
