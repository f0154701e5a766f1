/** Which GPUs pods ask for, and how. */
import { type Case, unknown } from "../judge";
import { component, deployment, frontend, gpus, graph, newGraph, object, worker } from "../objects";

const llama = "DynamoGraphDeployment dynamo/llama";

export const cases: Readonly<Record<string, readonly Case[]>> = {
  "whole-gpus": [
    ["a limit alone", [graph({ Worker: worker(2) })], []],
    [
      "a request that equals the limit",
      [deployment({ resources: { ...gpus(1), requests: gpus("1").limits } })],
      [],
    ],
    ["no GPUs", [deployment({ resources: { limits: { cpu: "500m", "rdma/ib": 1 } } })], []],
    ["an object without pods", [object("v1", "ConfigMap", "files")], []],
    [
      "a half",
      [graph({ Worker: worker("0.5") })],
      [`${llama}: container main of Worker asks for 0.5 nvidia.com/gpu: write a whole number`],
    ],
    [
      "fewer than none",
      [deployment({ resources: gpus(-1) })],
      [
        "Deployment dynamo/trainer: container main of trainer asks for -1 nvidia.com/gpu: write a whole number",
      ],
    ],
    [
      "a request alone",
      [newGraph([component("Worker", "worker", { resources: { requests: { "nvidia.com/gpu": "2" } } })])],
      [`${llama}: container main of Worker requests nvidia.com/gpu without a limit: write the same limit`],
    ],
    [
      "a request below the limit, of a slice",
      [
        deployment({
          resources: { ...gpus(2, "nvidia.com/mig-1g.5gb"), requests: { "nvidia.com/mig-1g.5gb": 1 } },
        }),
      ],
      [
        "Deployment dynamo/trainer: container main of trainer requests 1 nvidia.com/mig-1g.5gb with a limit of 2: make them equal",
      ],
    ],
    ["a count that is not known yet", [graph({ Worker: worker(unknown) })], []],
    [
      "an image that is not known yet",
      [deployment({ image: unknown, resources: gpus("1500m") })],
      [
        "Deployment dynamo/trainer: container main of trainer asks for 1.5 nvidia.com/gpu: write a whole number",
      ],
    ],
  ],
  "component-gpus": [
    ["a worker with, a frontend without", [graph({ Frontend: frontend, Worker: worker(1) })], []],
    [
      "workers by their parts",
      [
        newGraph([
          component("P", "prefill", { resources: gpus(1) }),
          component("D", "decode", { resources: gpus("2") }),
        ]),
      ],
      [],
    ],
    [
      "a simulated worker",
      [graph({ Worker: worker(0, { args: ["-m", "dynamo.mocker"] }, { resources: {} }) })],
      [],
    ],
    ["pods that are no components", [deployment({ resources: gpus(1) })], []],
    [
      "claimed devices",
      [
        newGraph([
          component(
            "Worker",
            "worker",
            {},
            { podTemplate: { spec: { resourceClaims: [{ name: "gpu", resourceClaimName: "one" }] } } },
          ),
        ]),
      ],
      [],
    ],
    [
      "a worker without",
      [graph({ Worker: worker(0, {}, { resources: { limits: { cpu: "4" } } }) })],
      [`${llama}: Worker is a worker and declares no GPUs`],
    ],
    [
      "a frontend and a planner with",
      [
        newGraph([
          component("Frontend", "frontend", { resources: gpus(1) }),
          component("Planner", "planner", { resources: gpus(1) }),
        ]),
      ],
      [
        `${llama}: Frontend is a frontend and asks for GPUs`,
        `${llama}: Planner is a planner and asks for GPUs`,
      ],
    ],
    ["a count that is not known yet", [graph({ Worker: worker(unknown) })], []],
    [
      "replicas that are not known yet",
      [graph({ Frontend: { ...worker(1), componentType: "frontend", replicas: unknown } })],
      [`${llama}: Frontend is a frontend and asks for GPUs`],
    ],
  ],
  "gpu-kinds": [
    ["whole GPUs of NVIDIA", [graph({ Worker: worker(1) })], []],
    ["no GPUs", [graph({ Frontend: frontend })], []],
    [
      "another vendor's, and slices",
      [
        deployment({ resources: gpus(1, "amd.com/gpu") }),
        graph({
          Worker: worker(1, {}, { resources: { limits: { gpu: "1", gpuType: "nvidia.com/mig-1g.5gb" } } }),
        }),
      ],
      [
        "Deployment dynamo/trainer: trainer asks for amd.com/gpu, and only nvidia.com/gpu is allowed",
        `${llama}: Worker asks for nvidia.com/mig-1g.5gb, and only nvidia.com/gpu is allowed`,
      ],
    ],
    [
      "slices that are allowed",
      [deployment({ resources: gpus(1, "nvidia.com/mig-1g.5gb") })],
      [],
      { resources: ["nvidia.com/mig-1g.5gb"] },
    ],
    [
      "a claim of another class",
      [
        object("resource.k8s.io/v1", "ResourceClaim", "one", {
          spec: { devices: { requests: [{ exactly: { deviceClassName: "gpu.nvidia.com" } }] } },
        }),
      ],
      ["ResourceClaim dynamo/one: it asks for gpu.nvidia.com, and only nvidia.com/gpu is allowed"],
    ],
    [
      "an allowed product",
      [deployment({ resources: gpus(1) }, { nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-H100" } })],
      [],
      { products: ["NVIDIA-H100"] },
    ],
    [
      "any product, and one that is not allowed",
      [
        deployment({ resources: gpus(1) }),
        graph({
          Worker: worker(
            1,
            {},
            { extraPodSpec: { nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-B200" } } },
          ),
        }),
      ],
      [
        "Deployment dynamo/trainer: trainer runs on any GPU: select one of NVIDIA-H100, NVIDIA-L40S",
        `${llama}: Worker selects NVIDIA-B200, and only NVIDIA-H100, NVIDIA-L40S is allowed`,
      ],
      { products: ["NVIDIA-H100", "NVIDIA-L40S"] },
    ],
    [
      "a namespace that is not known yet",
      [deployment({ resources: gpus(1, "amd.com/gpu") }, {}, {}, { namespace: unknown })],
      ["Deployment trainer: trainer asks for amd.com/gpu, and only nvidia.com/gpu is allowed"],
    ],
    [
      "settings of another type",
      [deployment({})],
      [
        'the settings of gpu-kinds can\'t be used: ✖ must be a list, found "NVIDIA-H100": write [NVIDIA-H100] → at gpu-kinds.products',
      ],
      { products: "NVIDIA-H100" },
    ],
  ],
};
