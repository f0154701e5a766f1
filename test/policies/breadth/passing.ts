/** Honest objects by kinds, with 4 GPUs at most: all pass a budget of 4. */
import { annotations, image, metadata, object, type Part } from "./make";

const limits = { cpu: "1", memory: "1Gi" };
const podOf = (rest: Part = {}) => ({
  containers: [{ name: "a", image: "docker.io/library/nginx:1.29.1", resources: { limits }, ...rest }],
});
const deployment = (rest: Part = {}) =>
  object("apps/v1", "Deployment", {
    replicas: 2,
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: podOf(rest) },
  });
const frontend = { componentType: "frontend", replicas: 1, extraPodSpec: { mainContainer: { image } } };
const graph = (worker: Part) =>
  object(
    "nvidia.com/v1alpha1",
    "DynamoGraphDeployment",
    {
      services: {
        Frontend: frontend,
        W: { componentType: "worker", replicas: 1, resources: { limits: { gpu: "2" } }, ...worker },
      },
    },
    { metadata: { ...metadata, annotations } },
  );
const main = (args: readonly string[], rest: Part = {}) => ({
  extraPodSpec: { mainContainer: { image, command: ["python3", "-m", "dynamo.vllm"], args, ...rest } },
});

export const passing: Readonly<Record<string, readonly object[]>> = {
  plain: [graph(main(["--model", "a/b", "--tensor-parallel-size", "2"]))],
  shortTp: [graph(main(["--model", "a/b", "-tp", "2"]))],
  ppTp: [graph({ ...main(["--tensor-parallel-size=1", "--pipeline-parallel-size=2"]) })],
  sh: [
    graph({
      extraPodSpec: {
        mainContainer: {
          image: image,
          command: ["/bin/sh", "-c"],
          args: [
            "# start with --tensor-parallel-size 8 on larger nodes\npython3 -m dynamo.vllm --model a/b --tensor-parallel-size 2",
          ],
        },
      },
    }),
  ],
  envTp: [
    graph({
      extraPodSpec: {
        mainContainer: {
          image: image,
          command: ["/bin/sh", "-c"],
          args: ["python3 -m dynamo.vllm --tensor-parallel-size $TP"],
          env: [{ name: "TP", value: "2" }],
        },
      },
    }),
  ],
  dp: [graph(main(["--data-parallel-size", "2"]))],
  dpTp: [
    graph({
      ...main(["--tensor-parallel-size", "1", "--data-parallel-size", "2", "--enable-expert-parallel"]),
    }),
  ],
  multinode: [graph({ ...main(["--tensor-parallel-size", "4"]), multinode: { nodeCount: 2 } })],
  sglang: [
    graph({
      extraPodSpec: {
        mainContainer: {
          image: "nvcr.io/nvidia/ai-dynamo/sglang-runtime:1.4.0",
          command: ["python3", "-m", "dynamo.sglang"],
          args: ["--tp", "2"],
        },
      },
    }),
  ],
  trtllm: [
    graph({
      extraPodSpec: {
        mainContainer: {
          image: "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.4.0",
          command: ["python3", "-m", "dynamo.trtllm"],
          args: ["--tensor-parallel-size", "2"],
        },
      },
    }),
  ],
  modelPlannerName: [graph(main(["--model", "acme/planner-7b", "--tensor-parallel-size", "2"]))],
  mocker: [
    graph({
      resources: undefined,
      extraPodSpec: {
        mainContainer: {
          image: image,
          command: ["python3", "-m", "dynamo.mocker"],
          args: ["--model-path", "a/b"],
        },
      },
    }),
  ],
  sharedMem: [graph({ ...main(["--tensor-parallel-size", "2"]), sharedMemory: { size: "16Gi" } })],
  rdma: [
    graph({
      extraPodSpec: {
        mainContainer: {
          image: image,
          command: ["python3", "-m", "dynamo.vllm"],
          args: ["-tp", "2"],
          resources: { limits: { "rdma/ib": "2" }, requests: { "rdma/ib": "2" } },
          securityContext: { capabilities: { add: ["IPC_LOCK"] } },
        },
      },
    }),
  ],
  efa: [
    graph({
      extraPodSpec: {
        mainContainer: { image: image, args: [], resources: { limits: { "vpc.amazonaws.com/efa": "4" } } },
      },
    }),
  ],
  cudaVisible: [graph(main(["-tp", "2"], { env: [{ name: "CUDA_VISIBLE_DEVICES", value: "0,1" }] }))],
  affinity: [
    graph({
      extraPodSpec: {
        nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3" },
        tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
        mainContainer: { image: image },
      },
    }),
  ],
  cpuDep: [deployment()],
  vpa: [
    deployment(),
    object("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
    }),
  ],
  pdb: [
    object("policy/v1", "PodDisruptionBudget", { minAvailable: 1, selector: { matchLabels: { a: "b" } } }),
  ],
  netpol: [object("networking.k8s.io/v1", "NetworkPolicy", { podSelector: {} })],
  ingress: [object("networking.k8s.io/v1", "Ingress", { rules: [{ host: "a.b" }] })],
  httproute: [object("gateway.networking.k8s.io/v1", "HTTPRoute", { rules: [] })],
  inferencePool: [
    object("inference.networking.k8s.io/v1", "InferencePool", {
      selector: { matchLabels: { a: "b" } },
      targetPorts: [{ number: 8000 }],
    }),
  ],
  cert: [object("cert-manager.io/v1", "Certificate", { secretName: "a" })],
  externalSecret: [object("external-secrets.io/v1", "ExternalSecret", { secretStoreRef: { name: "a" } })],
  sealed: [object("bitnami.com/v1alpha1", "SealedSecret", { encryptedData: { a: "AgBy3i4OJSWK" } })],
  pvc: [
    object("v1", "PersistentVolumeClaim", {
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: "10Gi" } },
    }),
  ],
  promRule: [
    object("monitoring.coreos.com/v1", "PrometheusRule", {
      groups: [
        {
          name: "a",
          rules: [{ alert: "GpuIdle", expr: 'DCGM_FI_DEV_GPU_UTIL{resource="nvidia.com/gpu"} < 5' }],
        },
      ],
    }),
  ],
  quota: [object("v1", "ResourceQuota", { hard: { "requests.nvidia.com/gpu": "4" } })],
  limitRange: [object("v1", "LimitRange", { limits: [{ type: "Container", default: { cpu: "1" } }] })],
  channelClaim: [
    object("resource.nvidia.com/v1beta1", "ComputeDomain", {
      numNodes: 2,
      channel: { resourceClaimTemplate: { name: "ch" } },
    }),
  ],
  channelTpl: [
    object("resource.k8s.io/v1", "ResourceClaimTemplate", {
      spec: {
        devices: {
          requests: [
            { name: "a", exactly: { deviceClassName: "compute-domain-default-channel.nvidia.com" } },
          ],
        },
      },
    }),
  ],
  dranet: [
    object("resource.k8s.io/v1", "ResourceClaim", {
      devices: { requests: [{ name: "a", exactly: { deviceClassName: "dranet", count: 8 } }] },
    }),
  ],
  kueueQueue: [object("kueue.x-k8s.io/v1beta1", "LocalQueue", { clusterQueue: "a" })],
  volcanoQueue: [object("scheduling.volcano.sh/v1beta1", "Queue", { capability: { "nvidia.com/gpu": "4" } })],
  kvm: [deployment({ resources: { limits: { ...limits, "devices.kubevirt.io/kvm": "1" } } })],
  fuse: [deployment({ resources: { limits: { ...limits, "smarter-devices/fuse": "1" } } })],
  hugepages: [deployment({ resources: { limits: { ...limits, "hugepages-2Mi": "1Gi" } } })],
  configWithPodText: [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata,
      data: { "README.md": "ask for nvidia.com/gpu: 1 in limits" },
    },
  ],
  configJson: [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata,
      data: { "engine.json": '{"tensor_parallel_size": 8}' },
    },
  ],
  grafana: [
    object("grafana.integreatly.org/v1beta1", "GrafanaDashboard", {
      json: '{"panels":[{"targets":[{"expr":"sum(nvidia_gpu)"}]}]}',
    }),
  ],
  rbac: [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: metadata,
      rules: [{ apiGroups: ["nvidia.com"], resources: ["dynamographdeployments"], verbs: ["get"] }],
    },
  ],
  sa: [{ apiVersion: "v1", kind: "ServiceAccount", metadata: metadata }],
  crd: [
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "a.b.c" },
      spec: {
        group: "b.c",
        versions: [
          {
            name: "v1",
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: {
                  spec: {
                    type: "object",
                    properties: { resources: { type: "object", properties: { limits: { type: "object" } } } },
                  },
                },
              },
            },
          },
        ],
      },
    },
  ],
  dynamoModel: [
    object("nvidia.com/v1alpha1", "DynamoModel", {
      modelName: "a/b",
      baseModelName: "a/b",
      modelType: "lora",
      source: { uri: "hf://a/b" },
    }),
  ],
  job: [object("batch/v1", "Job", { template: { spec: { restartPolicy: "Never", ...podOf() } } })],
  argoProject: [object("argoproj.io/v1alpha1", "AppProject", { destinations: [] })],
  gitRepo: [object("source.toolkit.fluxcd.io/v1", "GitRepository", { url: "https://a.b/c" })],
  priority: [
    { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "a" }, value: 1000 },
  ],
  storage: [
    { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "a" }, provisioner: "b" },
  ],
  topology: [object("grove.io/v1alpha1", "ClusterTopology", { levels: [] })],
  istio: [object("networking.istio.io/v1", "VirtualService", { hosts: ["a"] })],
  snapshot: [
    object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", { source: { persistentVolumeClaimName: "a" } }),
  ],
};
