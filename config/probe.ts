/** Kubernetes' probes of a container. */
import { z } from "zod";
import { whole } from "./fields";

const seconds = (max: number, description: string) => whole(0, max).optional().meta({ description });

/** A port by its number or its name. */
const isPort = (port: unknown) =>
  typeof port === "number"
    ? Number.isInteger(port) && port > 0 && port < 65_536
    : typeof port === "string" && /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(port);

/** Schema of a probe. @param what it tells the kubelet, and what is done by default */
export const probe = (what: string) =>
  z
    .strictObject({
      httpGet: z
        .strictObject({
          path: z.string().startsWith("/", "must begin with /").meta({ description: "Path to ask for." }),
          port: z
            .unknown()
            .refine(isPort, "must be the number of a port, or its name, such as 9090 or system")
            .meta({ description: "Number or name of the port, such as 9090 or system." }),
        })
        .optional()
        .meta({ description: "A request that must be answered with 200 to 399." }),
      exec: z
        .strictObject({
          command: z.array(z.string()).min(1).meta({ description: "The command and its arguments." }),
        })
        .optional()
        .meta({ description: "A command in the container that must end with 0." }),
      initialDelaySeconds: seconds(86_400, "Seconds before the first. Default: 0."),
      periodSeconds: seconds(86_400, "Seconds from one to the next. Default: 10."),
      timeoutSeconds: seconds(86_400, "Seconds that it may take. Default: 1."),
      failureThreshold: seconds(1_000_000, "Failures in a row that count. Default: 3."),
    })
    .refine(({ httpGet, exec }) => (httpGet === undefined) !== (exec === undefined), {
      error: "must have exactly one of httpGet and exec",
    })
    .optional()
    .meta({ description: what });

export type ProbeConfig = NonNullable<z.output<ReturnType<typeof probe>>>;
