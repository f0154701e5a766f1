/** Ways past the scheduler, to the devices of nodes. */
import { deployment, frontend, gpus, graph, newGraph, object, runtimeImage } from "../objects";
import { type Evasion, kind, type Part, unrequested, withComponent, withNewPod, withWorker } from "./make";

const mounting = (path: unknown) => deployment({}, { volumes: [{ name: "node", hostPath: { path } }] });
const visible = { name: "NVIDIA_VISIBLE_DEVICES", value: "all" };

const volume = (spec: Part) => object("v1", "PersistentVolume", "sneaky", { spec });
const handed = { "cdi.k8s.io/gpus": "nvidia.com/gpu=all" };

const secret = { name: "HF_TOKEN", value: "hunter2" };
const stranger = {
  containers: [
    {
      name: "main",
      image: "docker.io/stranger/frontend:latest",
      env: [secret],
      securityContext: { privileged: true },
    },
  ],
  volumes: [{ name: "node", hostPath: { path: "/data/other" } }],
};

export const nodes: readonly Evasion[] = [
  ["the runtime's variable", unrequested, [deployment({ env: [visible] })]],
  [
    "the runtime's variable, of an init container",
    unrequested,
    [deployment({}, { initContainers: [{ env: [visible] }] })],
  ],
  [
    "the runtime's variable, of a component",
    unrequested,
    [graph({ Frontend: { ...frontend, envs: [visible] } })],
  ],
  [
    "the runtime's variable, of a frontend's sidecar",
    unrequested,
    [withWorker({ frontendSidecar: { envs: [visible] } })],
  ],
  ["the runtime's variable, of a graph", unrequested, [graph({ Frontend: frontend }, { envs: [visible] })]],
  ["the runtime's variable, of a graph in v1beta1", unrequested, [newGraph([], { env: [visible] })]],
  ["the runtime's variable, of a component in v1beta1", unrequested, [withComponent({ env: [visible] })]],
  [
    "the runtime's variable, of a DaemonSet",
    unrequested,
    [kind("apps/v1", "DaemonSet", { template: { spec: { containers: [{ env: [visible] }] } } })],
  ],
  [
    "the runtime's variable, of a kind that is unknown",
    unrequested,
    [kind("example.com/v1", "Thing", { env: [visible] })],
  ],
  [
    "the runtime's variable by reference",
    unrequested,
    [deployment({ env: [{ name: visible.name, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] })],
  ],
  [
    "the runtime's variable from a ConfigMap",
    unrequested,
    [
      object("v1", "ConfigMap", "sneaky", { data: { [visible.name]: "all" } }),
      deployment({ envFrom: [{ configMapRef: { name: "sneaky" } }] }),
    ],
  ],
  [
    "the runtime's variable from a Secret",
    unrequested,
    [object("v1", "Secret", "sneaky", { stringData: { [visible.name]: "all" } })],
  ],
  [
    "the runtime's variable in two parts",
    unrequested,
    [deployment({ envFrom: [{ prefix: "NVIDIA_", configMapRef: { name: "sneaky" } }] })],
  ],
  ...["AMD_", "NVIDIA_MIG_", "DYN_PARENT_"].map(
    (prefix): Evasion => [
      `a variable in two parts, of which one is ${prefix}`,
      unrequested,
      [deployment({ envFrom: [{ prefix, configMapRef: { name: "sneaky" } }] })],
    ],
  ),
  [
    "another runtime's variable",
    unrequested,
    [deployment({ env: [{ name: "HABANA_VISIBLE_DEVICES", value: "all" }] })],
  ],
  ["a runtime class", unrequested, [deployment({}, { runtimeClassName: "nvidia" })]],
  ["a runtime class by another case", unrequested, [deployment({}, { runtimeClassName: "my-GPU" })]],
  [
    "a runtime class by another name",
    unrequested,
    [
      object("node.k8s.io/v1", "RuntimeClass", "sneaky", { handler: "nvidia" }),
      deployment({}, { runtimeClassName: "sneaky" }),
    ],
  ],
  [
    "a runtime class for a container beside one that asks",
    unrequested,
    [
      withNewPod({
        runtimeClassName: "nvidia",
        containers: [{ name: "main", resources: gpus(1) }, { name: "helper" }],
      }),
    ],
  ],
  [
    "a runtime class of a kind that is unknown",
    unrequested,
    [
      kind("ray.io/v1", "RayCluster", {
        headGroupSpec: { template: { spec: { runtimeClassName: "nvidia" } } },
      }),
    ],
  ],
  [
    "an annotation of the container runtime",
    unrequested,
    [kind("apps/v1", "Deployment", { template: { metadata: { annotations: handed } } })],
  ],
  [
    "the same on the pods of a component",
    unrequested,
    [withWorker({ extraPodMetadata: { annotations: handed } })],
  ],
  [
    "an annotation of NVIDIA's own container toolkit",
    unrequested,
    [
      withWorker({
        extraPodMetadata: {
          annotations: { "nvidia.cdi.k8s.io/container.main": "management.nvidia.com/gpu=all" },
        },
      }),
    ],
  ],
  ["parts of GPUs by an annotation", unrequested, [withWorker({ annotations: { "gpu-fraction": "0.9" } })]],
  ...[
    "/dev",
    "/",
    "/dev/nvidia0",
    "/dev/../dev/nvidia0",
    "//dev//",
    "/dev/.",
    "/dev/char",
    "/dev/dri",
    "/proc",
    "/run/nvidia",
  ].map((path): Evasion => [`the nodes' ${path}`, [...unrequested, "pod-security"], [mounting(path)]]),
  [
    "the nodes' devices where all may be mounted",
    unrequested,
    [mounting("/dev/nvidia0")],
    { "pod-security": { hostPaths: ["/dev", ""] } },
  ],
  ["the nodes' devices by a volume", unrequested, [volume({ hostPath: { path: "/dev" } })]],
  ["the nodes' devices by a local volume", unrequested, [volume({ local: { path: "/dev" } })]],
  [
    "the nodes' other directories by a volume",
    ["pod-security"],
    [volume({ hostPath: { path: "/data/other" } })],
  ],
  [
    "the node's own pods by a volume",
    ["pod-security"],
    [volume({ hostPath: { path: "/etc/kubernetes/manifests" } })],
  ],
  ["the nodes' keys by a local volume", ["pod-security"], [volume({ local: { path: "/root/.ssh" } })]],
  ["a way out of the nodes' disks", ["pod-security"], [volume({ local: { path: "/mnt/disks/../../root" } })]],
  [
    "the nodes' devices in a DaemonSet",
    [...unrequested, "pod-security"],
    [kind("apps/v1", "DaemonSet", { template: { spec: { volumes: [{ hostPath: { path: "/dev" } }] } } })],
  ],
  ["a container that may do all", ["pod-security"], [deployment({ securityContext: { privileged: true } })]],
  [
    "a component that may do all",
    ["pod-security"],
    [
      graph({
        Frontend: {
          ...frontend,
          extraPodSpec: { mainContainer: { image: runtimeImage, securityContext: { privileged: true } } },
        },
      }),
    ],
  ],
  [
    "a DaemonSet that may do all",
    ["pod-security"],
    [
      kind("apps/v1", "DaemonSet", {
        template: { spec: { containers: [{ securityContext: { privileged: true } }] } },
      }),
    ],
  ],
  [
    "a kind that is unknown, and may do all",
    unrequested,
    [
      kind("example.com/v1", "Thing", {
        template: { spec: { containers: [{ securityContext: { privileged: true } }] } },
      }),
    ],
  ],
  [
    "a kind that is unknown, on its node's network and files",
    ["pod-security", "images", "plain-text-secrets"],
    [
      kind("ray.io/v1", "RayCluster", {
        headGroupSpec: { template: { spec: { ...stranger, hostNetwork: true } } },
      }),
    ],
  ],
  [
    "pods beside a memory service, that may do all",
    ["pod-security", "images", "plain-text-secrets"],
    [
      withWorker({
        gpuMemoryService: { enabled: true, extraClientPods: [{ podTemplate: { spec: stranger } }] },
      }),
    ],
  ],
  [
    "a frontend's sidecar",
    ["images", "plain-text-secrets"],
    [withWorker({ frontendSidecar: { image: "docker.io/stranger/frontend:latest", envs: [secret] } })],
  ],
  [
    "a secret among the arguments of a frontend's sidecar",
    ["plain-text-secrets"],
    [withWorker({ frontendSidecar: { image: runtimeImage, args: ["--hf-token", "hunter2"] } })],
  ],
  [
    "a capability to make devices",
    ["pod-security"],
    [deployment({ securityContext: { capabilities: { add: ["MKNOD"] } } })],
  ],
];
