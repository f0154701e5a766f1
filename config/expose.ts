import { z } from "zod";
import { label, labelKey, whole } from "./fields";

const host = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'must be a name of DNS, such as "llm.example.com"',
  );

const annotations = (of: string) =>
  z
    .record(labelKey, z.string())
    .optional()
    .meta({ description: `Annotations of the ${of}, by which its controller has settings of its own.` });

const range = z
  .string()
  .refine(
    (text) => [z.cidrv4(), z.cidrv6()].some((schema) => schema.safeParse(text).success),
    'must be a range of IPv4 or IPv6, such as "10.0.0.0/8" or "fd00::/8"',
  );

/** Settings of Services that lead in from outside, in Kubernetes' words. */
const service = {
  annotations: annotations("Service"),
  externalTrafficPolicy: z.enum(["Cluster", "Local"]).optional().meta({
    description:
      "Whether a node passes clients on to pods of all nodes, or of its own alone, which see their addresses then. Default: Cluster.",
  }),
  ipFamilyPolicy: z
    .enum(["SingleStack", "PreferDualStack", "RequireDualStack"])
    .optional()
    .meta({ description: "Whether it has addresses of IPv4 and IPv6. Default: SingleStack." }),
  ipFamilies: z
    .array(z.enum(["IPv4", "IPv6"]))
    .min(1, "must list at least one family")
    .optional()
    .meta({ description: "Which of them, the first being the main one. Default: the cluster's." }),
};

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
      ...service,
    }),
    z.strictObject({
      type: z.literal("LoadBalancer").meta({ description: "An address from the cloud's load balancer." }),
      sourceRanges: z
        .array(range)
        .min(1, "must list at least one range: a load balancer open to everyone is not made")
        .meta({ description: "Ranges of IPv4 and IPv6 that may connect." }),
      loadBalancerClass: z
        .string()
        .regex(
          /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?(\/[\w.-]+)?$/,
          'must be a class such as "service.k8s.aws/nlb"',
        )
        .optional()
        .meta({
          description: "Class of the load balancer. A Service keeps it for life. Default: the cloud's own.",
        }),
      ...service,
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
      annotations: annotations("Ingress"),
    }),
    z.strictObject({
      type: z.literal("Gateway").meta({ description: "A host of a Gateway that the platform runs." }),
      host: host.meta({ description: "Name by which clients ask." }),
      gateway: label.meta({ description: "Name of the Gateway." }),
      gatewayNamespace: label.optional().meta({ description: "Its namespace. Default: that of the graphs." }),
      listener: label.optional().meta({ description: "Its listener (sectionName). Default: all." }),
      requestTimeout: z
        .string()
        .regex(/^[1-9]\d{0,4}[smh]$/, 'must be a duration such as "90s", "30m" or "2h"')
        .optional()
        .meta({
          description: "Time that an answer may take. Default: the Gateway's own, which may be seconds.",
        }),
      annotations: annotations("HTTPRoute"),
    }),
  ])
  .meta({ description: "How clients outside the cluster reach the frontend. Default: not at all." });

export type ExposeConfig = z.output<typeof expose>;
