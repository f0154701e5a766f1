/** The shape of a stack's config. Pure: it knows neither Pulumi nor a cluster. */
import { z } from "zod";
import { discovery } from "./discovery";
import { componentName, count, label, storage, whole } from "./fields";
import { supportedVersions } from "./versions";

const runtime = z
  .strictObject({
    version: z
      .string({
        error: ({ input }) =>
          typeof input === "number"
            ? `YAML read the number ${input}; quote the version and write all three parts, for example "${input}.0"`
            : undefined,
      })
      .regex(/^\d+\.\d+\.\d+(\.post\d+)?$/, `must be a released version such as "0.8.1"`)
      .default("0.8.1")
      .meta({ description: `Image tag of the Dynamo runtime, ${supportedVersions}. Decides env and flags.` }),
    image: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/,
        "must be an image repository without tag, such as nvcr.io/nvidia/ai-dynamo/vllm-runtime",
      )
      .refine((image) => !/:[^/]*$/.test(image), "must have no tag: it comes from dynamo:runtime.version")
      .default("nvcr.io/nvidia/ai-dynamo/vllm-runtime")
      .meta({ description: "Image repository of the runtime, without tag." }),
  })
  .meta({ description: "The Dynamo runtime that frontends and workers run." });

const expose = z
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
  ])
  .meta({ description: "How clients outside the cluster reach the frontend. Default: not at all." });

const frontend = z
  .strictObject({
    name: componentName.default("Frontend").meta({ description: "The component's name in the graph." }),
    replicas: count
      .refine((replicas) => replicas <= 10, {
        error: ({ input }) =>
          `must be at most 10, found ${input}: with more frontends of one graph their routing goes stale`,
      })
      .default(1)
      .meta({ description: "Frontend pods, 1 to 10." }),
    expose: expose.optional(),
  })
  .meta({ description: "The graph's HTTP entry, compatible with OpenAI's API." });

const workers = z
  .strictObject({
    name: componentName.default("VllmWorker").meta({ description: "The component's name in the graph." }),
    replicas: count.default(1).meta({ description: "Workers. Each holds the whole model." }),
    gpus: count.default(1).meta({ description: "GPUs of a pod." }),
    nodes: count.default(1).meta({
      description:
        "Pods, each on its own node, that form one worker. More than 1 needs Grove or LeaderWorkerSet.",
    }),
    tensorParallel: count.optional().meta({ description: "Default: gpus x nodes / pipelineParallel." }),
    pipelineParallel: count.default(1).meta({ description: "Pipeline stages of a worker." }),
  })
  .meta({ description: "The pods that hold the model." });

const modelCache = z
  .strictObject({
    hostPath: z
      .string()
      .startsWith("/", "must be an absolute path")
      .optional()
      .meta({ description: "A directory of every GPU node, writable by uid 1000." }),
    pvc: z
      .strictObject({
        size: storage.meta({ description: "Size of the claim." }),
        storageClass: z
          .string()
          .min(1)
          .optional()
          .meta({ description: "Default: the cluster's default class." }),
        accessMode: z
          .enum(["ReadWriteMany", "ReadWriteOnce"])
          .default("ReadWriteMany")
          .meta({ description: "ReadWriteOnce only suits workers that share one node." }),
      })
      .optional()
      .meta({ description: "A claim that the stack makes, named <graph>-model-cache." }),
  })
  .refine(
    (cache) => (cache.hostPath === undefined) !== (cache.pvc === undefined),
    "must have exactly one of hostPath and pvc",
  )
  .meta({
    description: "Where downloaded models are kept. Default: in the pod, so every start downloads anew.",
  });

/** Buckets of the runtime's histogram of the time to first token, which are the same from 0.8 to 1.6. */
const firstTokenSeconds = [0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48, 100] as const;

const objectives = z
  .strictObject({
    availability: z
      .number()
      .min(0.5, "must be a share between 0.5 and 0.9999")
      .max(0.9999, "must be a share between 0.5 and 0.9999")
      .default(0.99)
      .meta({ description: "Share of requests that must not fail." }),
    timeToFirstToken: z
      .literal(firstTokenSeconds, {
        error: `must be one of ${firstTokenSeconds.join(", ")}: Dynamo counts requests by these seconds`,
      })
      .default(2.2)
      .meta({ description: "Seconds within which a request's first token should come." }),
    fastRequests: z
      .number()
      .min(0.5, "must be a share between 0.5 and 0.9999")
      .max(0.9999, "must be a share between 0.5 and 0.9999")
      .default(0.95)
      .meta({ description: "Share of requests whose first token must come in that time." }),
  })
  .meta({
    description: "Service level objectives over 30 days. Alerts tell when they are missed at this rate.",
  });

const graph = z
  .strictObject({
    name: label.meta({ description: "Name of the graph. The operator limits its length." }),
    model: z
      .string()
      .regex(
        /^\/?[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/,
        'must be a model\'s name such as "Qwen/Qwen2.5-1.5B-Instruct", or a path',
      )
      .meta({ description: "Model to serve, as Hugging Face names it." }),
    frontend: frontend.prefault({}),
    workers: workers.prefault({}),
    modelCache: modelCache.optional(),
    huggingFaceSecret: label.optional().meta({
      description:
        "Secret with HF_TOKEN, in the graphs' namespace. Made by the stack if huggingFaceToken is set.",
    }),
    objectives: objectives.prefault({}),
    readyTimeout: z
      .string()
      .regex(/^[1-9][0-9]*[smh]$/, 'must be a duration such as "90s", "30m" or "2h"')
      .default("30m")
      .meta({
        description:
          "How long an update waits for the graph to be Ready: images and models take minutes to load.",
      }),
  })
  .meta({ description: "One DynamoGraphDeployment: a frontend and its workers." });

const namespace = z
  .strictObject({
    name: label.default("dynamo").meta({ description: "Namespace of the graphs." }),
    create: z
      .boolean()
      .default(false)
      .meta({ description: "Whether the stack makes the namespace, or the platform has." }),
  })
  .meta({ description: "Where the graphs live." });

const platform = z
  .strictObject({
    namespace: label
      .default("dynamo-system")
      .meta({ description: "Namespace of its operator, which may connect to NATS and etcd." }),
  })
  .meta({ description: "The cluster's Dynamo platform." });

const monitoring = z
  .strictObject({
    release: label.default("kube-prometheus-stack").meta({
      description:
        "Helm release of kube-prometheus-stack: its Prometheus only looks at objects with this label.",
    }),
    namespace: label
      .default("monitoring")
      .meta({ description: "Namespace of that release: its Prometheus may scrape NATS and etcd." }),
    podMonitors: z.enum(["stack", "platform"]).default("stack").meta({
      description:
        "Whose PodMonitors tell Prometheus of frontends and workers: the platform's own, where it selects these, or they are scraped twice.",
    }),
    runbooks: z
      .string()
      .min(1)
      .default("docs/runbooks")
      .meta({ description: "Address of the folder docs/runbooks, for the links in alerts." }),
  })
  .meta({ description: "The cluster's kube-prometheus-stack." });

const budget = z
  .strictObject({
    gpus: count.optional().meta({
      description:
        "Most GPUs that the graphs' namespace may hold. A plan for more is refused, and a ResourceQuota holds the cluster to it. Default: no limit.",
    }),
    pricePerGpuHour: z.number().positive("must be more than 0").optional().meta({
      description: "What a GPU costs for an hour, to tell what the stack costs. Default: not told.",
    }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a code of three letters such as "USD"')
      .default("USD")
      .meta({ description: "Currency of that price." }),
  })
  .meta({ description: "What the stack may take, and what it costs." });

const cluster = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Context of the kubeconfig. Default: the current one." }),
    identifier: z.string().min(1).optional().meta({
      description: "Identity of the cluster: a new one replaces everything. Default: project and stack.",
    }),
    nodes: count
      .optional()
      .meta({ description: "Nodes of the cluster, for advice on the mode and on frontends." }),
    gpusPerNode: count.optional().meta({ description: "GPUs of a node, for advice on what fits." }),
  })
  .meta({ description: "The cluster that the stack is for." });

/** Everything that a stack may set, under the project's namespace `dynamo:`. */
export const stackConfig = z.strictObject({
  discovery: discovery.prefault({ mode: "kubernetes" }),
  runtime: runtime.prefault({}),
  graphs: z.array(graph).default([]).meta({ description: "The graphs to serve." }),
  namespace: namespace.prefault({}),
  platform: platform.prefault({}),
  monitoring: monitoring.prefault({}),
  cluster: cluster.prefault({}),
  budget: budget.prefault({}),
});

export type StackConfig = z.output<typeof stackConfig>;
export type BudgetConfig = StackConfig["budget"];
export type GraphConfig = StackConfig["graphs"][number];
export type ModelCacheConfig = NonNullable<GraphConfig["modelCache"]>;
export type ExposeConfig = NonNullable<GraphConfig["frontend"]["expose"]>;
