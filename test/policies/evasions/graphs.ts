/** Graphs of v1alpha1. */
import { gpus, graph, worker } from "../objects";
import {
  budget,
  type Evasion,
  single,
  template,
  tooMany,
  unrequested,
  whole,
  withPod,
  withResources,
  withWorker,
} from "./make";

export const graphs: readonly Evasion[] = [
  ["more than the budget", tooMany, [withWorker({}, 5)]],
  ["a version that is not known", budget, [{ ...withWorker({}), apiVersion: "nvidia.com/v9" }]],
  ["a version of nothing", budget, [{ ...graph({}), apiVersion: "nvidia.com/v2" }]],
  ["containers that are no list", budget, [withPod({ containers: { name: "a" } })]],
  ["a container that is a word", budget, [withPod({ containers: ["8 gpus"] })]],
  ["limits that are a list", budget, [withPod({ containers: [{ resources: { limits: [whole] } }] })]],
  ["a component that is nothing", budget, [graph({ Worker: null })]],
  ["a component that is a word", budget, [graph({ Worker: "8 gpus" })]],
  ["a component that is a list", budget, [graph({ Worker: [] })]],
  ["a count that is a number", tooMany, [withResources({ limits: { gpu: 8 } })]],
  ["a count with a fraction of nothing", tooMany, [withWorker({}, "8.0")]],
  ["a count in thousandths", tooMany, [withWorker({}, "8000m")]],
  ["a count with an exponent", tooMany, [withWorker({}, "8e0")]],
  ["a count in thousands", tooMany, [withWorker({}, "1k")]],
  ["a count in more than anyone can count", budget, [withWorker({}, "1E")]],
  ["a count that looks like one", budget, [withWorker({}, "8 ")]],
  ["a half, ten times", [...tooMany, "whole-gpus"], [withWorker({ replicas: 10 }, "0.5")]],
  ["fewer than none, to make room for others", ["whole-gpus"], [withWorker({}, -8)]],
  ["a request alone", ["whole-gpus"], [withResources({ requests: { gpu: "1" } })]],
  ["too many by a request alone", tooMany, [withResources({ requests: { gpu: "8" } })]],
  [
    "a request above the limit",
    [...tooMany, "whole-gpus"],
    [withResources({ requests: { gpu: "8" }, limits: { gpu: "1" } })],
  ],
  [
    "GPUs of another vendor",
    ["gpu-kinds"],
    [withResources({ limits: { gpu: "1", gpuType: "amd.com/gpu" } })],
  ],
  [
    "too many of another vendor",
    tooMany,
    [withResources({ limits: { gpu: "8", gpuType: "gpu.intel.com/xe" } })],
  ],
  ["GPUs among custom resources", tooMany, [withResources({ limits: { custom: { [whole]: "8" } } })]],
  [
    "GPUs among custom resources, which go before gpu",
    tooMany,
    [withResources({ limits: { gpu: "1", custom: { [whole]: "8" } } })],
  ],
  ["GPUs of the main container", tooMany, [withPod({ mainContainer: { resources: gpus("8") } })]],
  ["a sidecar with GPUs", tooMany, [withPod({ containers: [{ name: "helper", resources: gpus(8) }] })]],
  [
    "an init container with more",
    tooMany,
    [withPod({ initContainers: [{ name: "warm", resources: gpus(8) }] })],
  ],
  [
    "sidecars that start as init containers, before one that asks",
    tooMany,
    [
      withPod({
        initContainers: [
          { name: "proxy", restartPolicy: "Always", resources: gpus(3) },
          { name: "warm", resources: gpus(2) },
        ],
      }),
    ],
  ],
  [
    "a sidecar that starts as an init container, beside the main one",
    tooMany,
    [withWorker({ extraPodSpec: { initContainers: [{ restartPolicy: "Always", resources: gpus(2) }] } }, 3)],
  ],
  ["a component on many nodes", tooMany, [withWorker({ multinode: { nodeCount: 8 } })]],
  ["a component on two nodes without saying so", tooMany, [withWorker({ multinode: {} }, 4)]],
  ["many replicas", tooMany, [withWorker({ replicas: 8 })]],
  ["replicas in text", tooMany, [withWorker({ replicas: "8" })]],
  ["as many replicas as nobody can count", budget, [withWorker({ replicas: 1e300 })]],
  ["infinite replicas", budget, [withWorker({ replicas: Number.POSITIVE_INFINITY })]],
  ["replicas that are no number", budget, [withWorker({ replicas: Number.NaN })]],
  ["a component of each kind", budget, [graph({ A: worker(3), B: worker(2) })]],
  [
    "a graph within its budget, twice",
    budget,
    [withWorker({}, 4), { ...withWorker({}, 4), metadata: { name: "b" } }],
  ],
  [
    "the pods of a checkpoint that is made by itself",
    budget,
    [withWorker({ checkpoint: { enabled: true, mode: "Auto" } }, 4)],
  ],
  [
    "GPUs in the Job of a checkpoint",
    budget,
    [withWorker({ checkpoint: { enabled: true, mode: "Manual", job: { podTemplate: template(8) } } })],
  ],
  [
    "GPUs of pods beside a memory service",
    budget,
    [withWorker({ gpuMemoryService: { enabled: true, extraClientPods: [{ podTemplate: template(8) }] } })],
  ],
  [
    "a memory service that gives another class of GPUs",
    ["gpu-kinds"],
    [withWorker({ gpuMemoryService: { enabled: true, deviceClassName: "h100.example.com" } })],
  ],
  [
    "a frontend with GPUs",
    ["component-gpus"],
    [graph({ Frontend: { ...worker(1), componentType: "frontend" } })],
  ],
  ["a worker that is named frontend", tooMany, [graph({ Frontend: worker(8) })]],
  ["a component of the type default", ["component-gpus"], [withWorker({ componentType: "default" })]],
  ["a component without a type", ["component-gpus"], [withWorker({ componentType: undefined })]],
  [
    "a worker by another case of its type",
    ["component-gpus"],
    [withWorker({ componentType: "Worker", resources: {} })],
  ],
  [
    "an engine that only a comment calls simulated",
    ["component-gpus"],
    [withWorker({ resources: {} }, 0, { args: ["python3 -m dynamo.vllm # -m dynamo.mocker"] })],
  ],
  [
    "an engine of one's own, likewise",
    ["component-gpus"],
    [withWorker({ resources: {} }, 0, { args: ["python3 engine.py # python3 -m dynamo.mocker"] })],
  ],
  [
    "replicas and GPUs in a variable of the operator's",
    unrequested,
    [
      withWorker({
        envs: [{ name: "DYN_DEPLOYMENT_CONFIG", value: '{"Worker":{"ServiceArgs":{"workers":64}}}' }],
      }),
    ],
  ],
  [
    "components in an annotation of the operator's",
    unrequested,
    [graph({ Worker: worker(1) }, {}, { annotations: { "nvidia.com/dgd-spec": '{"components":[]}' } })],
  ],
  [
    "a component in both versions of the API at once",
    budget,
    [withWorker({ podTemplate: { spec: { containers: [] } } }, 8)],
  ],
  ["a template that is nothing", tooMany, [withWorker({ podTemplate: null }, 8)]],
  [
    "a component on its own",
    ["gpus-outside-graphs", ...tooMany],
    [single("DynamoComponentDeployment", worker(8))],
  ],
  [
    "a checkpoint on its own",
    ["gpus-outside-graphs", ...tooMany],
    [single("DynamoCheckpoint", { job: { podTemplateSpec: template() } })],
  ],
  ["a request for a graph", budget, [single("DynamoGraphDeploymentRequest", { model: "m" })]],
];
