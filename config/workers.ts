import { z } from "zod";
import { isGpu, wholeGpu } from "./accelerators";
import { deviceClass, resourceClaim } from "./claims";
import { componentName, count, countTo, resourceName } from "./fields";
import { podSettings } from "./podSettings";
import { checkpoint, gpuMemoryService } from "./snapshots";

const scaling = z
  .strictObject({
    by: z.enum(["hpa", "keda"]).meta({
      description:
        "Scaler: Kubernetes' HorizontalPodAutoscaler, with an adapter that serves Prometheus' metrics, or KEDA.",
    }),
    min: count.default(1).meta({ description: "Minimum of replicas." }),
    max: count.meta({ description: "Maximum of replicas. Budgets count these." }),
    requestsPerReplica: count.default(16).meta({
      description:
        "Requests at the frontends for each replica, above which one more is made: in flight for workers and decode, waiting for their first token for prefill.",
    }),
  })
  .meta({ description: "Replicas that follow the load. Default: they don't." });

/** Workers of one kind: their number, size and scaler. */
export const workers = z
  .strictObject({
    name: componentName.optional().meta({
      description:
        "The component's name in the graph. Default: by backend, VllmWorker; of prefill and decode, Prefill and Decode.",
    }),
    replicas: count.optional().meta({ description: "Workers. Each holds the whole model. Default: 1." }),
    scaling: scaling.optional(),
    gpus: countTo(1_024).default(1).meta({ description: "GPUs of a pod." }),
    gpuResource: resourceName
      .refine(isGpu, 'must be of GPUs, such as "nvidia.com/gpu" or "nvidia.com/mig-3g.40gb"')
      .default(wholeGpu)
      .meta({ description: "Resource by which nodes offer the GPUs." }),
    gpuDeviceClass: deviceClass.optional().meta({
      description:
        "DeviceClass of the GPUs, such as gpu.nvidia.com, where pods claim them by dynamic resource allocation. Default: they are of gpuResource.",
    }),
    gpuMemoryService: gpuMemoryService.optional(),
    checkpoint: checkpoint.optional(),
    computeDomain: z.boolean().default(false).meta({
      description:
        "Whether the pods join an NVLink domain over nodes, which the stack makes for the graph (ComputeDomain of NVIDIA's DRA driver): for GB200 and GB300.",
    }),
    resourceClaims: z
      .array(resourceClaim)
      .default([])
      .meta({ description: "Devices that the pods claim beside their GPUs." }),
    devices: z
      .record(
        resourceName.refine((name) => !isGpu(name), {
          error: ({ input }) => `"${input}" counts as a GPU: write gpus and gpuResource`,
        }),
        count,
      )
      .optional()
      .meta({
        description:
          "Devices of a pod that are no GPUs, by their resource, such as vpc.amazonaws.com/efa. Default: those of kvTransfer.rdma.",
      }),
    nodes: countTo(1_024).default(1).meta({
      description:
        "Pods, each on its own node, that form one worker. More than 1 needs dynamo:platform.orchestrator.",
    }),
    tensorParallel: count
      .optional()
      .meta({ description: "Default: gpus x nodes / pipelineParallel / dataParallel." }),
    pipelineParallel: count.default(1).meta({ description: "Pipeline stages of a worker." }),
    dataParallel: count.default(1).meta({
      description:
        "Ranks of a worker that each attend to requests of their own, for mixture-of-experts models. SGLang and TensorRT-LLM share the other layers' GPUs among them (attention data parallelism).",
    }),
    expertParallel: z.boolean().default(false).meta({
      description:
        "Whether the experts of a mixture-of-experts model are spread over all GPUs of a worker, and not cut in pieces.",
    }),
    args: z
      .array(z.string().min(1))
      .optional()
      .meta({ description: 'Further arguments of the engine, one an item, such as "--max-model-len=8192".' }),
    setup: z.string().min(1).max(20_000, "must be at most 20000 characters").optional().meta({
      description:
        'Lines of bash that run before the engine in its container, such as "ulimit -l unlimited". With && behind the last, the engine starts where that succeeds. Default: none.',
    }),
    engineConfig: z.record(z.string(), z.unknown()).optional().meta({
      description:
        "The engine's own settings, as its YAML files have them. TensorRT-LLM's workers get a file, which the stack makes as a ConfigMap (--extra-engine-args), with what the plan needs beneath; those of vLLM and SGLang get each as an argument. One that is null stays the engine's own, such as SGLang's page-size, of which the plan else asks for 16 where a router hears KV events, and enable-metrics, which the plan else sets.",
    }),
    ...podSettings,
  })
  .meta({ description: "The pods that hold the model." });

export type WorkersConfig = z.output<typeof workers>;
export type ScalingConfig = NonNullable<WorkersConfig["scaling"]>;
