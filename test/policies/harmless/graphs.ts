/** Graphs within their budget. */
import { budgetQuota } from "../../../plan/budget";
import { component, computeDomain, gpus, object, runtimeImage, worker } from "../objects";
import { autoscaler, type Harmless, ourNew, ours } from "./make";

const main = { name: "main", image: runtimeImage };
const claimed = { resourceClaims: [{ name: "gpus", resourceClaimTemplateName: "gpus" }] };
const adapterKind = "DynamoGraphDeploymentScalingAdapter";
const { replicas: _, ...scaled } = worker(1);
const requests = [{ name: "gpu", exactly: { deviceClassName: "gpu.nvidia.com", count: 2 } }];
const classes = { "gpu-kinds": { resources: ["nvidia.com/gpu", "gpu.nvidia.com"] } };
const planner = (args: readonly string[]) => ({
  componentType: "planner",
  extraPodSpec: { mainContainer: { image: runtimeImage, command: ["python3", "-m", "planner_sla"], args } },
});

export const graphs: readonly Harmless[] = [
  ["nothing", []],
  ["a graph within its budget", [ours({ Worker: worker(2, {}, { replicas: 2 }) })]],
  ["the same in v1beta1", [ourNew(component("Worker", "worker", { resources: gpus("2") }, { replicas: 2 }))]],
  [
    "prefill and decode over RDMA",
    [
      ours({
        Prefill: worker(2, {}, { subComponentType: "prefill" }),
        Decode: worker(
          2,
          { resources: { limits: { "rdma/ib": 1 } } },
          {
            subComponentType: "decode",
            resources: { limits: { gpu: "2", custom: { "rdma/ib": "8" } }, requests: { gpu: "2" } },
          },
        ),
      }),
    ],
  ],
  [
    "network devices and large pages",
    [
      ourNew(
        component("Worker", "worker", {
          resources: {
            limits: {
              "nvidia.com/gpu": 4,
              "vpc.amazonaws.com/efa": 32,
              "networking.gke.io.networks/rdma-0": 8,
              "nvidia.com/hostdev": 8,
              "nvidia.com/sriov-rdma-vf": 16,
              "hugepages-2Mi": "5120Mi",
              "ephemeral-storage": "1Ti",
              memory: "1Ti",
            },
          },
        }),
      ),
    ],
  ],
  ["a replica on two nodes", [ours({ Worker: worker(2, {}, { multinode: { nodeCount: 2 } }) })]],
  [
    "an init container that needs no more than the main one",
    [
      ourNew(
        component(
          "Worker",
          "worker",
          {},
          {
            podTemplate: {
              spec: {
                initContainers: [{ ...main, name: "warm", resources: gpus(4) }],
                containers: [
                  { ...main, resources: gpus(4) },
                  { ...main, name: "helper" },
                ],
              },
            },
          },
        ),
      ),
    ],
  ],
  [
    "slices where they are allowed",
    [
      ours({
        Worker: worker(0, {}, { resources: { limits: { gpu: "4", gpuType: "nvidia.com/mig-1g.5gb" } } }),
      }),
    ],
    { "gpu-kinds": { resources: ["nvidia.com/mig-1g.5gb"] } },
  ],
  [
    "slices, and the quota that the program makes for them",
    [
      ours({
        Worker: worker(0, {}, { resources: { limits: { gpu: "2", gpuType: "nvidia.com/mig-3g.40gb" } } }),
      }),
      object(
        "v1",
        "ResourceQuota",
        "dynamo-gpu-budget",
        budgetQuota("dynamo", {
          total: 2,
          byGraph: { llama: 2 },
          byKind: { "nvidia.com/mig-3g.40gb": 2 },
          budget: 4,
          hoursPerDay: 48,
          costPerDay: undefined,
        }),
      ),
    ],
    {
      "gpu-kinds": { resources: ["nvidia.com/mig-3g.40gb"] },
      "gpu-quota": { enforcementLevel: "mandatory" },
    },
  ],
  [
    "devices for each pod",
    [
      ourNew(
        component(
          "Worker",
          "worker",
          {},
          { replicas: 2, podTemplate: { spec: { containers: [main], ...claimed } } },
        ),
      ),
      object("resource.k8s.io/v1", "ResourceClaimTemplate", "gpus", {
        spec: { spec: { devices: { requests } } },
      }),
    ],
    classes,
  ],
  [
    "devices that pods share",
    [
      ourNew(
        component(
          "Worker",
          "worker",
          {},
          {
            replicas: 8,
            podTemplate: {
              spec: { containers: [main], resourceClaims: [{ name: "gpus", resourceClaimName: "shared" }] },
            },
          },
        ),
      ),
      object("resource.k8s.io/v1", "ResourceClaim", "shared", { spec: { devices: { requests } } }),
    ],
    classes,
  ],
  [
    "network devices and channels that pods claim",
    [
      ourNew(
        component(
          "Worker",
          "worker",
          {},
          {
            podTemplate: {
              spec: {
                containers: [{ ...main, resources: gpus(4) }],
                resourceClaims: [
                  { name: "nics", resourceClaimTemplateName: "nics" },
                  { name: "channel", resourceClaimTemplateName: "llama-channel" },
                ],
              },
            },
          },
        ),
      ),
      object("resource.k8s.io/v1", "ResourceClaimTemplate", "nics", {
        spec: {
          spec: {
            devices: {
              requests: [
                { name: "nic", exactly: { deviceClassName: "rdma.dranet.net", count: 8 } },
                { name: "all", exactly: { deviceClassName: "mrdma.google.com", allocationMode: "All" } },
              ],
            },
          },
        },
      }),
      computeDomain("llama-channel"),
    ],
  ],
  [
    "the only allowed product",
    [ours({ Worker: worker(1, {}, { extraPodSpec: { nodeSelector: { "nvidia.com/gpu.product": "L4" } } }) })],
    { "gpu-kinds": { products: ["L4"] } },
  ],
  ["a simulated worker", [ours({ Worker: worker(0, { args: ["-m", "dynamo.mocker"] }, { resources: {} }) })]],
  [
    "a graph that an HPA scales to its budget",
    [ours({ Worker: scaled }), autoscaler(adapterKind, "llama-worker", 4)],
  ],
  [
    "a graph that KEDA scales to its budget, by an adapter of v1beta1",
    [
      ours({ Worker: scaled }),
      object("nvidia.com/v1beta1", adapterKind, "mine", {
        spec: { replicas: 1, dgdRef: { name: "llama", componentName: "Worker" } },
      }),
      object("keda.sh/v1alpha1", "ScaledObject", "load", {
        spec: { scaleTargetRef: { kind: adapterKind, name: "mine" }, maxReplicaCount: 4 },
      }),
    ],
  ],
  [
    "a planner within the budget",
    [
      ours({
        Planner: planner(["--max-gpu-budget", "4"]),
        Prefill: worker(1, {}, { subComponentType: "prefill" }),
        Decode: worker(1, {}, { subComponentType: "decode" }),
      }),
    ],
  ],
  [
    "a planner of graphs that it is told by name",
    [
      ours({
        Planner: {
          componentType: "planner",
          extraPodSpec: {
            mainContainer: {
              image: runtimeImage,
              command: ["python3", "-m", "dynamo.global_planner"],
              args: ["--max-total-gpus=4", "--managed-namespaces", "dynamo-llama"],
            },
          },
        },
        Worker: worker(1),
      }),
    ],
  ],
  [
    "a planner that reads the size of engines from the graph",
    [
      ours({
        Planner: planner(["--config", '{"max_gpu_budget": 4}']),
        Decode: worker(2, {}, { subComponentType: "decode" }),
      }),
    ],
  ],
  [
    "a checkpoint that is there already",
    [ours({ Worker: worker(4, {}, { checkpoint: { enabled: true, checkpointRef: "warm" } }) })],
  ],
];
