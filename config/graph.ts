/** One graph: what it serves, and with which pods. */
import { z } from "zod";
import { adopted } from "./adopted";
import { env } from "./container";
import { endpointPicker } from "./endpointPicker";
import { count, imageReference, label, tag } from "./fields";
import { frontend } from "./frontend";
import { kvTransfer } from "./kvTransfer";
import { modelCache } from "./modelCache";
import { modelSize } from "./modelSize";
import { objectives } from "./objectives";
import { patch } from "./patch";
import { planner } from "./planner";
import { workers } from "./workers";

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
    modelRevision: z
      .string()
      .regex(/^[A-Za-z0-9]([\w./-]*[A-Za-z0-9])?$/, "must be the name of a branch or tag, or a commit")
      .max(250, "must be at most 250 characters")
      .optional()
      .meta({
        description:
          "Branch, tag or commit of the model at Hugging Face that workers load, and the Job of modelCache downloads. Default: its default branch.",
      }),
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
    endpointPicker: endpointPicker.optional(),
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
    adopted: adopted.optional(),
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
