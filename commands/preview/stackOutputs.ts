/** The outputs of a stack, as a preview prints them. */
import { z } from "zod";
import { discoveryModes } from "../../config/names";

const texts = z.array(z.string());
const count = z.number().int().min(0);
const cost = {
  min: z.number().describe("Where everything that scales is at its minimum."),
  amount: z.number().describe("At full scale."),
};

const graph = z.object({
  deployment: z.string().describe("Name of its DynamoGraphDeployment."),
  apiVersion: z.string(),
  mode: z.enum(discoveryModes),
  gpus: count.describe("At full scale."),
  runtime: z.string().describe("Version of the Dynamo runtime."),
  certificates: count.optional().describe("Generation of its certificates; none: it has none."),
  issuer: z
    .string()
    .optional()
    .describe("Issuer of cert-manager that signs them; none: authorities of the stack's own."),
  digest: z.string().describe("Digest of its spec."),
  fields: z
    .object({
      backend: z.string().optional(),
      components: z.record(z.string(), z.object({ type: z.string(), nodes: count })),
    })
    .describe("What operators may refuse to change."),
  namespace: z.string(),
  model: z.string().describe("Name by which clients ask for the model."),
  source: z.string().describe("The model whose weights it serves."),
  servedBy: z.string().optional().describe("Graph whose frontends serve it; none: its own."),
  service: z.string().optional().describe("Service of its frontends, on port 8000."),
  expose: z.enum(["ClusterIP", "NodePort", "LoadBalancer", "Ingress", "Gateway"]),
  host: z.string().optional().describe("Name by which clients ask an Ingress or a Gateway."),
});

const gpus = z.object({
  total: count.describe("GPUs of all graphs at full scale."),
  byGraph: z.record(z.string(), count),
  byKind: z.record(z.string(), count).describe("By resource, such as nvidia.com/gpu."),
  budget: z.number().optional().describe("`dynamo:budget.gpus`."),
  hoursPerDay: z.number().describe("GPU-hours of a day at full scale."),
  costPerDay: z
    .object({
      ...cost,
      currency: z.string(),
      byGraph: z.record(z.string(), z.object(cost)),
      unpriced: texts.describe("Kinds of GPU without a price, which the amounts leave out."),
    })
    .optional()
    .describe("Money of a day; none where the config has no price."),
});

const server = z.object({
  server: z.enum(["nats", "etcd"]),
  address: z.string(),
  members: z
    .object({ replicas: count, cpu: z.string(), memory: z.string(), storage: z.string() })
    .optional()
    .describe("None for a server that someone else runs."),
  users: texts,
  secrets: z
    .object({ password: z.string(), certificate: z.string() })
    .optional()
    .describe("Secrets by which commands ask etcd, where it speaks TLS."),
});

const service = z.object({
  graph: z.string(),
  component: z.string(),
  type: z.enum(["frontend", "epp", "worker", "prefill", "decode", "planner"]),
  replicas: count.describe("At full scale."),
  min: count.optional().describe("Minimum, where a scaler or the planner may make fewer."),
  nodes: count.describe("Pods of one replica, each on its own node."),
  gpusPerPod: count,
  gpus: count,
  memory: z
    .object({
      weights: z.number().optional().describe("GiB of weights on a GPU."),
      gpu: z.number().optional().describe("GiB of a GPU."),
      tokens: z.number().optional().describe("Tokens that the KV cache of a replica holds."),
      unknown: texts.describe("What it is not known for want of."),
    })
    .optional()
    .describe("Estimated memory of its engine; none where it runs none."),
  natsClient: z.boolean().describe("Whether its pods hold a connection to NATS as workers."),
});

export const stackOutputs = z.object({
  discoveryMode: z.enum(discoveryModes),
  runtime: z.string().describe("Version of the Dynamo runtime."),
  owner: z.string().describe("Value of the label pulumi-dynamo/stack of all objects."),
  cluster: z.object({
    uid: z.string().optional().describe("UID of its namespace kube-system; not known in a preview."),
    identifier: z.string().optional().describe("`dynamo:cluster.identifier`."),
  }),
  graphs: z.record(z.string(), graph).describe("By name in the config."),
  endpoints: z.record(z.string(), z.string().optional()).describe("URLs of frontends, by graph."),
  gpus,
  platform: z
    .object({
      release: z.string().describe("Name of its Helm release."),
      namespace: z.string(),
      version: z.string().describe("Version of its chart and operator."),
      chart: z.string().describe("Address of its chart."),
      images: texts.optional().describe("All that it runs; none where that is not known."),
    })
    .optional()
    .describe("The platform that the stack installs; none where it is there."),
  servers: z.array(server).describe("NATS and etcd."),
  monitoring: z.object({
    dashboards: texts,
    alerts: z.record(z.string(), texts).describe("By PrometheusRule."),
  }),
  services: z.array(service).describe("Components of all graphs."),
});
