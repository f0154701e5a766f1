/** The frontends of a graph. */
import { z } from "zod";
import { expose } from "./expose";
import { componentName, countTo, whole } from "./fields";
import { podSettings } from "./podSettings";

/** Schema of a graph's `frontend`. */
export const frontend = z
  .strictObject({
    name: componentName.default("Frontend").meta({ description: "The component's name in the graph." }),
    replicas: countTo(10, "with more frontends of one graph their routing goes stale")
      .default(1)
      .meta({ description: "Frontend pods, 1 to 10." }),
    expose: expose.optional(),
    args: z.array(z.string().min(1)).default([]).meta({
      description: 'Further arguments of the frontend, one an item, such as "--tls-cert-path=/tls/tls.crt".',
    }),
    ...podSettings,
    terminationGracePeriodSeconds: whole(0, 86_400).default(300).meta({
      description:
        "Seconds that a pod has to end what it answers. It ends at once when nothing is left. A stream that lasts longer is cut.",
    }),
  })
  .meta({ description: "The graph's HTTP entry, compatible with OpenAI's API." });
