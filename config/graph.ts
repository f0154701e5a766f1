/** One graph: what it serves, and with which pods. */
import { z } from "zod";
import { isGpu } from "./accelerators";
import { env } from "./container";
import { expose } from "./expose";
import { componentName, count, imageReference, label, resourceName, tag } from "./fields";
import { modelCache } from "./modelCache";
import { modelSize } from "./modelSize";
import { podSettings } from "./podSettings";
import { workers } from "./workers";

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
    args: z.array(z.string().min(1)).default([]).meta({
      description: 'Further arguments of the frontend, one an item, such as "--tls-cert-path=/tls/tls.crt".',
    }),
    ...podSettings,
  })
  .meta({ description: "The graph's HTTP entry, compatible with OpenAI's API." });

const router = z
  .strictObject({
    mode: z.enum(["round-robin", "random", "kv"]).default("round-robin").meta({
      description: "Choice of the worker: kv is the one that has most of a prompt in its KV cache.",
    }),
    index: z.enum(["exact", "approximate"]).optional().meta({
      description:
        "Source of what the kv router knows of the caches: exact is the workers' events, approximate what it sent them itself. Default: exact where mode and runtime can.",
    }),
  })
  .meta({ description: "The frontends' choice of a worker for each request." });

const lora = z
  .strictObject({
    name: label.meta({ description: "Name by which clients ask for it, as a model." }),
    source: z
      .string()
      .regex(/^(hf|s3):\/\/\S+$/, 'must be an address such as "hf://org/adapter" or "s3://bucket/adapter"')
      .meta({ description: "Its address, as hf:// or s3://." }),
  })
  .meta({ description: "A LoRA adapter of the model." });

const kvTransfer = z
  .strictObject({
    rdma: z
      .strictObject({
        resource: resourceName
          .refine((resource) => !isGpu(resource), {
            error: ({ input }) =>
              `"${input}" counts as a GPU: write one of network devices, such as "rdma/ib"`,
          })
          .default("rdma/ib")
          .meta({ description: "Resource by which nodes offer RDMA devices." }),
        devices: count.default(1).meta({ description: "Devices of a pod." }),
      })
      .optional()
      .meta({ description: "RDMA devices. The pods may lock memory then (IPC_LOCK). Default: none." }),
    transports: z
      .array(z.string().regex(/^[a-z0-9_]+$/, 'must be a transport of UCX, such as "tcp"'))
      .min(1, "must list at least one transport")
      .optional()
      .meta({
        description:
          "Transports that NIXL may use, as UCX names them. Default: all. Without RDMA on ARM: tcp and cuda_copy.",
      }),
  })
  .meta({ description: "Transfer of the KV cache from prefill to decode workers." });

const milliseconds = z.number().positive("must be more than 0").max(3_600_000);

const planner = z
  .strictObject({
    timeToFirstToken: milliseconds.default(500).meta({
      description: "Milliseconds within which the first token should come.",
    }),
    interTokenLatency: milliseconds.default(50).meta({
      description: "Milliseconds between tokens.",
    }),
    maxGpus: count.meta({ description: "Most GPUs that it may bring the workers to. Budgets count these." }),
    profile: label.optional().meta({
      description:
        "ConfigMap with the model's profile, in the graphs' namespace, made by Dynamo's profiler. Runtimes before 1.4 need one.",
    }),
    ...podSettings,
  })
  .meta({ description: "Dynamo's SLA planner, which scales prefill and decode workers. Default: none." });

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
    description: "Service level objectives over 30 days. Alerts fire when they are missed at this rate.",
  });

const patch = z
  .discriminatedUnion("op", [
    z.strictObject({
      op: z.literal("add").meta({ description: "Sets a field, or adds an item to a list." }),
      path: jsonPointer(),
      value: patchValue(),
    }),
    z.strictObject({
      op: z.literal("replace").meta({ description: "Changes what is there." }),
      path: jsonPointer(),
      value: patchValue(),
    }),
    z.strictObject({
      op: z.literal("remove").meta({ description: "Takes it away." }),
      path: jsonPointer(),
    }),
  ])
  .meta({ description: "A change of the graph's manifest, as JSON Patch (RFC 6902)." });

function patchValue() {
  return z
    .unknown()
    .refine((value) => value !== undefined, "is missing: write a value")
    .meta({ description: "Its new value." });
}

function jsonPointer() {
  return z
    .string()
    .regex(
      /^\/spec(\/|$)|^\/metadata\/(annotations|labels)\//,
      "must begin with /spec, /metadata/annotations/ or /metadata/labels/",
    )
    .refine(
      (pointer) => !/\/(__proto__|prototype|constructor)(\/|$)/.test(pointer),
      "must name fields of the manifest: remove what every object has",
    )
    .meta({ description: "JSON pointer to the field: /spec/services/VllmWorker/…" });
}

/** Schema of an item of `dynamo:graphs`. */
export const graph = z
  .strictObject({
    name: label
      .refine((name) => !/^\d/.test(name), "must begin with a letter, as names of Services do")
      .meta({ description: "Name of the graph. The operator limits its length." }),
    model: z
      .string()
      .regex(
        /^\/?[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)*$/,
        'must be a model\'s name such as "Qwen/Qwen2.5-1.5B-Instruct", or a path',
      )
      .max(500, "must be at most 500 characters")
      .meta({ description: "Model to serve, as Hugging Face names it." }),
    servedModelName: z
      .string()
      .regex(/^[A-Za-z0-9][\w./:-]*$/, "must be letters, digits and _ . / : -")
      .optional()
      .meta({ description: "Name by which clients ask for the model. Default: the model's." }),
    modelSize: modelSize.optional(),
    backend: z
      .enum(["vllm", "sglang", "trtllm"])
      .default("vllm")
      .meta({ description: "Engine that runs the model." }),
    image: imageReference.optional().meta({
      description:
        "Image of the graph's pods, with or without a tag or digest. Default: the backend's in dynamo:runtime.registry.",
    }),
    imageTag: tag.optional().meta({
      description:
        "Tag of images that have none, for variants such as 1.4.2-efa-amd64. Default: dynamo:runtime.version.",
    }),
    env: env.default([]).meta({ description: "Env of all pods of the graph." }),
    frontend: frontend.prefault({}),
    servedBy: label.optional().meta({
      description:
        "Another graph of the stack, whose frontends serve this model too, and then those of all graphs. Default: frontends of its own.",
    }),
    router: router.prefault({}),
    workers: workers.optional().meta({
      description: "Workers that do all of a request. Default: one with one GPU.",
    }),
    prefill: workers.optional().meta({
      description: "In place of `workers`, together with `decode`: workers that read prompts.",
    }),
    decode: workers.optional().meta({
      description: "In place of `workers`, together with `prefill`: workers that write answers.",
    }),
    kvTransfer: kvTransfer.prefault({}),
    planner: planner.optional(),
    modelCache: modelCache.optional(),
    loras: z.array(lora).default([]).meta({ description: "LoRA adapters of the model." }),
    huggingFaceSecret: label.optional().meta({
      description:
        "Secret with HF_TOKEN, in the graphs' namespace. Made by the stack if huggingFaceToken is set.",
    }),
    objectives: objectives.prefault({}),
    readyTimeout: z
      .string()
      .regex(/^[1-9][0-9]{0,5}[smh]$/, 'must be a duration such as "90s", "30m" or "2h"')
      .default("30m")
      .meta({
        description:
          "Time that an update waits for the graph to be Ready: images and models take minutes to load.",
      }),
    revision: count.default(1).meta({
      description:
        "One more makes a new graph in place of this one, by the stack's switchover: for upgrades.",
    }),
    transform: z.array(patch).default([]).meta({
      description:
        "Changes of the graph's manifest, for what has no setting. They may not change its GPUs, replicas or discovery.",
    }),
  })
  .meta({ description: "One DynamoGraphDeployment: a frontend and its workers." });

export type GraphConfig = z.output<typeof graph>;
export type Backend = GraphConfig["backend"];
export type PlannerConfig = NonNullable<GraphConfig["planner"]>;
export type PatchConfig = GraphConfig["transform"][number];

/** Whether a model is a directory, and no name of Hugging Face's. */
export const isPath = (model: string) => model.startsWith("/");

/** Name by which clients ask for a graph's model. */
export const servedName = ({ model, servedModelName }: Pick<GraphConfig, "model" | "servedModelName">) =>
  servedModelName ?? model;
