/** The Endpoint Picker of a graph: a Gateway asks it for a worker, whose own frontend answers. */
import { z } from "zod";
import { componentName, count } from "./fields";
import { podSettings } from "./podSettings";

/** Schema of a graph's `endpointPicker`. */
export const endpointPicker = z
  .strictObject({
    name: componentName.default("Epp").meta({ description: "The component's name in the graph." }),
    blockSize: count.default(16).meta({
      description:
        "Tokens of a block of the workers' KV cache, as their engine has it (--block-size, --page-size).",
    }),
    config: z.record(z.string(), z.unknown()).optional().meta({
      description:
        "Its EndpointPickerConfig: plugins and schedulingProfiles. Runtimes before 1.5 need one; later ones start the picker of old with it. Default: none.",
    }),
    ...podSettings,
  })
  .meta({
    description:
      "Dynamo's Endpoint Picker, by which a Gateway with the Inference Extension chooses the worker of a request, by its KV cache. The frontend is then a container beside each engine. Default: frontends choose.",
  });

export type EndpointPickerConfig = z.output<typeof endpointPicker>;
