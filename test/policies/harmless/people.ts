/** What people write who hide nothing. */
import { component, deployment, frontend, gpus, object, runtimeImage, service, worker } from "../objects";
import { autoscaler, type Harmless, ourNew, ours } from "./make";

const shell = (args: string, env: readonly object[] = []) => ({
  command: ["/bin/sh", "-c"],
  args: [args],
  env,
});
const { replicas: _, ...scaledFrontend } = frontend;
const size = [{ name: "TP", value: "2" }];
const vllm = "exec python3 -m dynamo.vllm --model a/b";
const ownName = [
  { name: "DYN_PARENT_DGD_K8S_NAME", value: "llama" },
  { name: "DYN_PARENT_DGD_K8S_NAMESPACE", value: "dynamo" },
];
const globalPlanner = {
  componentType: "planner",
  extraPodSpec: {
    mainContainer: {
      image: runtimeImage,
      command: ["python3", "-m", "dynamo.global_planner"],
      args: ["--max-total-gpus=4"],
    },
  },
};
const asking = {
  componentType: "planner",
  extraPodSpec: {
    mainContainer: {
      image: runtimeImage,
      command: ["python3", "-m", "dynamo.planner"],
      args: [
        "--config",
        '{"environment":"global-planner","global_planner_namespace":"dynamo-llama","max_gpu_budget":-1}',
      ],
    },
  },
};
const second = (services: Record<string, unknown>) => {
  const graph = ours(services);
  return { ...graph, metadata: { ...graph.metadata, name: "second" } };
};
const exporter = object("apps/v1", "DaemonSet", "dcgm-exporter", {
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: "exporter",
            image: "docker.io/library/exporter:4.2.0",
            securityContext: { capabilities: { add: ["SYS_ADMIN"] } },
          },
        ],
        volumes: [{ name: "pods", hostPath: { path: "/var/lib/kubelet/pod-resources" } }],
      },
    },
  },
});
const mounting = (path: string) => deployment({}, { volumes: [{ name: "node", hostPath: { path } }] });
const channels = object("resource.k8s.io/v1", "ResourceClaimTemplate", "channel", {
  spec: {
    spec: {
      devices: {
        requests: [{ name: "c", exactly: { deviceClassName: "compute-domain-default-channel.nvidia.com" } }],
      },
    },
  },
});

/** Custom resources that make no pods, in the words of the projects that have them. */
const podless: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["perses.dev/v1alpha1", "Dashboard"],
  ["monitoring.coreos.com/v1", "ServiceMonitor"],
  ["monitoring.coreos.com/v1alpha1", "ScrapeConfig"],
  ["grafana.integreatly.org/v1beta1", "GrafanaDashboard"],
  ["cert-manager.io/v1", "Certificate"],
  ["external-secrets.io/v1", "ExternalSecret"],
  ["bitnami.com/v1alpha1", "SealedSecret"],
  ["gateway.networking.k8s.io/v1", "HTTPRoute"],
  ["inference.networking.k8s.io/v1", "InferencePool"],
  ["networking.istio.io/v1", "VirtualService"],
  ["traefik.io/v1alpha1", "IngressRoute"],
  ["cilium.io/v2", "CiliumNetworkPolicy"],
  ["snapshot.storage.k8s.io/v1", "VolumeSnapshot"],
  ["kueue.x-k8s.io/v1beta1", "LocalQueue"],
  ["scheduling.volcano.sh/v1beta1", "Queue"],
  ["keda.sh/v1alpha1", "TriggerAuthentication"],
  ["karpenter.sh/v1", "NodePool"],
  ["source.toolkit.fluxcd.io/v1", "GitRepository"],
  ["k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"],
  ["nvidia.com/v1", "ClusterPolicy"],
  ["nvidia.com/v1alpha1", "DynamoModel"],
  ["resource.nvidia.com/v1beta1", "ComputeDomain"],
  ["admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
];

export const people: readonly Harmless[] = [
  ["a size that a shell takes from env", [ours({ Worker: worker(2, shell(`${vllm} -tp $TP`, size)) })]],
  ["a size in braces", [ours({ Worker: worker(2, shell(`${vllm} -tp=\${TP}`, size)) })]],
  [
    "a size that the kubelet puts in",
    [ours({ Worker: worker(2, { args: ["-m", "dynamo.vllm", "-tp", "$(TP)"], env: size }) })],
  ],
  ["a size by default", [ours({ Worker: worker(2, shell(`${vllm} -tp \${TP:-2}`)) })]],
  ["a size in the component's env", [ours({ Worker: worker(2, shell(`${vllm} -tp $TP`), { envs: size }) })]],
  ["a size that the script sets", [ours({ Worker: worker(2, shell(`TP=2; ${vllm} -tp $TP`)) })]],
  [
    "a size of v1beta1",
    [ourNew(component("Worker", "worker", { ...shell(`${vllm} -tp $TP`, size), resources: gpus(2) }))],
  ],
  [
    "a comment that names an engine",
    [ours({ Worker: worker(2, shell(`${vllm} -tp 2 # before: dynamo.vllm -tp 1`)) })],
  ],
  [
    "a comment on a line of its own",
    [ours({ Worker: worker(2, shell(`# dynamo.vllm -tp 8\n${vllm} -tp 2\n`)) })],
  ],
  [
    "a # that begins no comment",
    [ours({ Worker: worker(2, shell(`${vllm} --chat-template 'a # b' -tp 2`)) })],
  ],
  [
    "spare GPUs of elastic expert parallelism",
    [ours({ Worker: worker(4, shell(`${vllm} -dp 2 --enable-elastic-ep`)) })],
  ],
  [
    "components of the type main",
    [ours({ Worker: { ...worker(1), componentType: "main" }, Web: { ...frontend, componentType: "main" } })],
  ],
  [
    "a frontend's sidecar that names its own graph",
    [
      ours({
        Worker: worker(
          1,
          {},
          { extraPodSpec: { containers: [{ name: "frontend", image: runtimeImage, env: ownName }] } },
        ),
      }),
    ],
  ],
  ["a global planner's ceiling above its own graph", [ours({ Planner: globalPlanner, Worker: worker(2) })]],
  [
    "a global planner's ceiling above two graphs, whose planners ask it",
    [ours({ Planner: globalPlanner }), second({ Planner: asking, Worker: worker(2) })],
  ],
  [
    "a worker that has a planner's name in its model",
    [ours({ Worker: worker(1, { args: ["-m", "dynamo.vllm", "--model", "a/planner"] }) })],
  ],
  [
    "an HPA of a frontend's Deployment, which the operator makes",
    [ours({ Worker: worker(1), Frontend: scaledFrontend }), autoscaler("Deployment", "llama-frontend", 50)],
  ],
  [
    "an HPA of a Deployment elsewhere that is allowed",
    [autoscaler("Deployment", "web", 50)],
    { "gpu-budget": { gpus: 4, allowed: ["HorizontalPodAutoscaler dynamo/load"] } },
  ],
  [
    "a channel of a domain elsewhere that is allowed",
    [
      ours({
        Worker: worker(
          1,
          {},
          { extraPodSpec: { resourceClaims: [{ name: "c", resourceClaimTemplateName: "channel" }] } },
        ),
      }),
    ],
    { "gpu-budget": { gpus: 4, allowed: ["ResourceClaimTemplate dynamo/channel"] } },
  ],
  [
    "channels between nodes",
    [
      ours({
        Worker: worker(
          1,
          {},
          { extraPodSpec: { resourceClaims: [{ name: "c", resourceClaimTemplateName: "channel" }] } },
        ),
      }),
      channels,
    ],
  ],
  ["KVM", [mounting("/dev/kvm")], { "pod-security": { hostPaths: ["/dev/kvm"] } }],
  [
    "a device plugin of FUSE",
    [mounting("/var/lib/kubelet/device-plugins")],
    { "pod-security": { hostPaths: ["/var/lib/kubelet"] } },
  ],
  ...["smarter-devices/fuse", "devices.kubevirt.io/kvm", "github.com/fuse"].map(
    (name): Harmless => [`pods with ${name}`, [deployment({ resources: gpus(1, name) })]],
  ),
  ...[
    "openshift.io/mlxnics",
    "rdma/hca_shared_devices_a",
    "rdma/shared_ib",
    "mellanox.com/mlnx_rdma_vf",
    "vpc.amazonaws.com/efa",
  ].map(
    (name): Harmless => [
      `workers with ${name}`,
      [ours({ Worker: worker(2, {}, { resources: { limits: { gpu: "2", custom: { [name]: "8" } } } }) })],
    ],
  ),
  [
    "dcgm-exporter",
    [exporter],
    { "pod-security": { hostPaths: ["/var/lib/kubelet/pod-resources"], capabilities: ["SYS_ADMIN"] } },
  ],
  [
    "dcgm-exporter by its name",
    [exporter],
    {
      "pod-security": { allowed: ["DaemonSet dynamo/dcgm-exporter"] },
      "unrequested-gpus": { allowed: ["DaemonSet dynamo/dcgm-exporter"] },
    },
  ],
  ...podless.map(
    ([apiVersion, kind]): Harmless => [
      `a ${kind}`,
      [object(apiVersion, kind, "quiet", { spec: { replicas: 2, panels: [{ limits: { gpu: "80%" } }] } })],
    ],
  ),
  [
    "a kind that is allowed, without GPUs",
    [
      object("example.com/v1", "Thing", "quiet", {
        spec: { template: { spec: { containers: [{ name: "a", image: "nats:2.14.5" }] } } },
      }),
    ],
    { "gpu-budget": { gpus: 4, allowedKinds: { "example.com/Thing": 0 } } },
  ],
  [
    "a kind that is allowed, with GPUs within the budget",
    [
      object("ray.io/v1", "RayCluster", "mine", {
        spec: { workerGroupSpecs: [{ template: { spec: { containers: [{ resources: gpus(1) }] } } }] },
      }),
    ],
    { "gpu-budget": { gpus: 4, allowedKinds: { "ray.io/RayCluster": 4 } } },
  ],
  [
    "text that is no manifest",
    [object("v1", "ConfigMap", "notes", { data: { a: "kind: regards\n", b: "apiVersion: v1" } })],
  ],
  [
    "what kubectl keeps of the object itself",
    [
      object(
        "v1",
        "Service",
        "web",
        { spec: {} },
        {
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": '{"apiVersion":"v1","kind":"Pod","spec":{}}',
          },
        },
      ),
    ],
  ],
  [
    "what another object refers to",
    [
      service({}),
      object("v1", "Event", "seen", {
        involvedObject: { apiVersion: "ray.io/v1", kind: "RayCluster", name: "a" },
      }),
    ],
  ],
];
