import { z } from "zod";
import { label, whole } from "./fields";

const host = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be a name of DNS, such as "llm.example.com"',
  );

/** The route of clients outside the cluster to a frontend. */
export const expose = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("NodePort").meta({ description: "A port on every node." }),
      nodePort: whole(30000, 32767)
        .refine(
          (port) => port !== 30100,
          "30100 belongs to the single-node graph: write another port, for example 30200",
        )
        .meta({ description: "30000 to 32767, once in the stack; 30100 belongs to the single-node graph." }),
    }),
    z.strictObject({
      type: z.literal("LoadBalancer").meta({ description: "An address from the cloud's load balancer." }),
      sourceRanges: z
        .array(z.cidrv4('must be an IPv4 range such as "10.0.0.0/8"'))
        .min(1, "must list at least one range: a load balancer open to everyone is not made")
        .meta({ description: "IPv4 ranges that may connect." }),
    }),
    z.strictObject({
      type: z.literal("Ingress").meta({ description: "A host of the cluster's ingress controller." }),
      host: host.meta({ description: "Name by which clients ask." }),
      className: label
        .optional()
        .meta({ description: "IngressClass. Default: the cluster's default class." }),
      tlsSecret: label.optional().meta({
        description: "Secret with the host's certificate, in the graphs' namespace. Default: no TLS.",
      }),
    }),
    z.strictObject({
      type: z.literal("Gateway").meta({ description: "A host of a Gateway that the platform runs." }),
      host: host.meta({ description: "Name by which clients ask." }),
      gateway: label.meta({ description: "Name of the Gateway." }),
      gatewayNamespace: label.optional().meta({ description: "Its namespace. Default: that of the graphs." }),
    }),
  ])
  .meta({ description: "How clients outside the cluster reach the frontend. Default: not at all." });

export type ExposeConfig = z.output<typeof expose>;
