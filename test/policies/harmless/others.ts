/** What takes no GPUs, or some that are allowed. */
import { unknown } from "../judge";
import {
  deployment,
  disruptionBudget,
  gpus,
  members,
  object,
  platformRelease,
  podMonitor,
  runtimeImage,
  service,
  worker,
} from "../objects";
import { autoscaler, type Harmless, ours } from "./make";

const quiet = { name: "main", image: "nats:2.14.5" };

export const others: readonly Harmless[] = [
  ["NATS", [members(3), disruptionBudget(), service({ ports: [{ port: 4222 }] }, "nats")]],
  ["a Deployment that an HPA scales", [deployment({}), autoscaler("Deployment", "trainer", 50)]],
  [
    "a Deployment of which much is not known yet",
    [
      deployment(
        {
          image: unknown,
          env: [{ name: "URL", value: unknown }],
          resources: { limits: { memory: unknown } },
        },
        { volumes: [{ name: "files", configMap: { name: unknown } }], serviceAccountName: unknown },
        { replicas: unknown },
        { labels: { owner: unknown } },
      ),
    ],
  ],
  [
    "custom objects of which something is not known yet",
    [
      object("cert-manager.io/v1", "Certificate", "api", {
        spec: { dnsNames: unknown, secretName: unknown },
      }),
      object("monitoring.coreos.com/v1", "PrometheusRule", "rules", { spec: { groups: unknown } }),
      object("v1", "ConfigMap", "files", { data: unknown }),
      object("v1", "Service", "later", { spec: unknown }),
    ],
  ],
  [
    "pods on every node, and pods that end",
    [
      object("apps/v1", "DaemonSet", "logs", { spec: { template: { spec: { containers: [quiet] } } } }),
      object("batch/v1", "Job", "load", {
        spec: { parallelism: 9, template: { spec: { containers: [quiet] } } },
      }),
      object("batch/v1", "CronJob", "back-up", {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [quiet] } } } } },
      }),
    ],
  ],
  [
    "variables that give no GPU",
    [
      deployment({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "void" }] }),
      ours({ Worker: worker(2, { env: [{ name: "CUDA_VISIBLE_DEVICES", value: "0" }] }) }),
    ],
  ],
  [
    "a runtime class of a worker with GPUs",
    [
      ours({
        Worker: worker(
          1,
          {},
          { extraPodSpec: { runtimeClassName: "nvidia", mainContainer: { image: runtimeImage } } },
        ),
      }),
    ],
  ],
  [
    "directories that may be mounted",
    [
      deployment(
        {},
        {
          volumes: ["/data/models", "/dev/infiniband"].map((path) => ({ name: "node", hostPath: { path } })),
        },
      ),
    ],
    { "pod-security": { hostPaths: ["/data", "/dev/infiniband"] } },
  ],
  [
    "limits to GPUs",
    [
      object("v1", "ResourceQuota", "gpus", { spec: { hard: { "requests.nvidia.com/gpu": "4", pods: 99 } } }),
      object("v1", "LimitRange", "gpus", {
        spec: { limits: [{ type: "Container", max: { "nvidia.com/gpu": "2" } }] },
      }),
      object("karpenter.sh/v1", "NodePool", "gpus", { spec: { limits: { "nvidia.com/gpu": "64" } } }),
      object("resource.k8s.io/v1", "DeviceClass", "gpus", { spec: { selectors: [] } }),
    ],
  ],
  [
    "volumes",
    [
      object("v1", "PersistentVolumeClaim", "models", {
        spec: { resources: { requests: { storage: unknown } } },
      }),
      object("v1", "PersistentVolumeClaim", "later", { spec: { resources: unknown } }),
      object("v1", "PersistentVolume", "disk", { spec: { local: { path: "/mnt/disks/0" } } }),
    ],
  ],
  [
    "patches that change no pods",
    [
      {
        type: "kubernetes:core/v1:NamespacePatch",
        props: { metadata: { name: "dynamo", labels: { team: "inference" } } },
      },
      {
        type: "kubernetes:apps/v1:DeploymentPatch",
        props: { metadata: { name: "web", annotations: { a: "b" } } },
      },
      {
        type: "kubernetes:apps/v1:DeploymentPatch",
        props: {
          metadata: { name: "dns" },
          spec: { template: { spec: { nodeSelector: { pool: "infra" } } } },
        },
      },
    ],
  ],
  [
    "what groups others, and what is not of the cluster",
    [
      { type: "kubernetes:yaml/v2:ConfigGroup", props: { yaml: "kind: Pod" } },
      { type: "kubernetes:helm.sh/v4:Chart", props: { chart: "nats", values: unknown } },
      { type: "kubernetes:kustomize/v2:Directory", props: { directory: "." } },
      { type: "random:index/randomPassword:RandomPassword", props: { length: unknown } },
      { type: "pulumi:providers:kubernetes", props: { kubeconfig: unknown } },
    ],
  ],
  [
    "a release that is allowed",
    [
      {
        type: "kubernetes:helm.sh/v3:Release",
        props: { name: "nats", namespace: "nats-system", chart: "nats" },
      },
    ],
    { "gpus-outside-graphs": { allowed: ["Release nats-system/nats"] } },
  ],
  ["the platform, whose values bring the operator alone", [platformRelease()]],
  [
    "the platform as it is made, with all that Pulumi notes of a release",
    [
      platformRelease(
        { "dynamo-operator": { controllerManager: { tolerations: [{ key: "infra", operator: "Exists" }] } } },
        {
          status: { status: "deployed", appVersion: "1.6.1" },
          resourceNames: { "Deployment/apps/v1": ["dynamo-system/dynamo-platform-dynamo-operator"] },
          checksum: "0a0b",
          keyring: "/home/me/.gnupg/pubring.gpg",
          valueYamlFiles: [],
          repositoryOpts: { repo: "" },
          dependencyUpdate: false,
        },
      ),
    ],
  ],
  [
    "a Deployment with GPUs that is allowed",
    [deployment({ resources: gpus(1) }, {}, { replicas: 4 })],
    { "gpus-outside-graphs": { allowed: ["Deployment dynamo/trainer"] } },
  ],
  [
    "a Rollout of a Deployment that keeps no replicas itself",
    [
      deployment({}, {}, { replicas: 0 }),
      object("argoproj.io/v1alpha1", "Rollout", "canary", {
        spec: { replicas: 9, workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "trainer" } },
      }),
    ],
  ],
  ["what is scraped", [ours({ Worker: worker(1) }), podMonitor({ matchLabels: {} })]],
];
