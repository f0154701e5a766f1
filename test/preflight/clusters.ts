/** Clusters as preflight keeps them, for a stack's needs. */
import { dryRun } from "../../commands/preview/dryRun";
import { objectsIn } from "../../commands/preview/manifests";
import type { Stack } from "../../config/project";
import type { Finding } from "../../preflight/finding";
import { judge } from "../../preflight/judge";
import { namedKey, namedObjects } from "../../preflight/namedObjects";
import {
  needsOf as collected,
  type Needs,
  namespacesOf,
  neededRights,
  rightKey,
} from "../../preflight/needs";
import { type Snapshot, snapshot } from "../../preflight/snapshot";
import { inStateOfItsOwn } from "../pulumiState";

/** Needs of a stack, by the program itself. */
export async function needsOf(stack: Stack): Promise<Needs> {
  const { resources } = await inStateOfItsOwn(() => dryRun(stack, {}));
  return collected(stack.settings, objectsIn(resources));
}

/** What is not passed in a cluster that differs from a ready one in parts. */
export function troublesOf(needs: Needs, parts: Readonly<Record<string, unknown>> = {}): Finding[] {
  return judge(needs, clusterFor(needs, parts)).filter(({ state }) => state !== "passed");
}

const kinds: Readonly<Record<string, string>> = {
  "apps/v1": "StatefulSet",
  "batch/v1": "Job CronJob",
  "networking.k8s.io/v1": "NetworkPolicy Ingress",
  "policy/v1": "PodDisruptionBudget",
  "nvidia.com/v1beta1": "DynamoGraphDeployment",
  "nvidia.com/v1alpha1": "DynamoGraphDeployment DynamoWorkerMetadata DynamoModel",
  "monitoring.coreos.com/v1": "Prometheus PodMonitor PrometheusRule",
  "cert-manager.io/v1": "Certificate ClusterIssuer",
  "keda.sh/v1alpha1": "ScaledObject",
  "grove.io/v1alpha1": "PodCliqueSet",
  "resource.k8s.io/v1": "DeviceClass ResourceSlice",
};

export const operator = (release: string) => ({
  namespace: "dynamo-system",
  name: "dynamo-platform-dynamo-operator-controller-manager",
  image: `nvcr.io/nvidia/ai-dynamo/kubernetes-operator:${release}`,
  ready: true,
  settings: {
    discoveryBackend: "kubernetes",
    etcd: "dynamo-platform-etcd.dynamo-system.svc.cluster.local:2379",
  },
  etcdMembers: 1,
});

export const node = (name: string, gpus: number, labels: Record<string, string> = {}) => ({
  metadata: {
    name,
    labels: {
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
      "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3",
      ...labels,
    },
  },
  spec: {},
  status: {
    allocatable: {
      cpu: "128",
      memory: "1Ti",
      pods: "110",
      ...(gpus > 0 && { "nvidia.com/gpu": String(gpus) }),
    },
    conditions: [{ type: "Ready", status: "True" }],
  },
});

/** A cluster that is ready for a plan, with other parts in the place of some. */
export function clusterFor(needs: Needs, parts: Readonly<Record<string, unknown>> = {}): Snapshot {
  const namespaces = [...namespacesOf(needs)].filter(([, isMade]) => !isMade);
  return snapshot.parse({
    snapshotVersion: 1,
    takenAt: "2026-11-28T00:00:00Z",
    kubernetes: { gitVersion: "v1.34.2" },
    apis: Object.entries(kinds).map(([apiVersion, names]) => {
      const [group, version] = apiVersion.split("/");
      return {
        group,
        version,
        kinds: names.split(" ").map((kind) => ({ kind, plural: `${kind.toLowerCase()}s` })),
      };
    }),
    operators: [operator(needs.config.runtime.version)],
    controllers: [],
    prometheuses: [
      {
        metadata: { name: "main", namespace: "monitoring" },
        spec: {
          podMonitorSelector: { matchLabels: { release: "kube-prometheus-stack" } },
          podMonitorNamespaceSelector: {},
          ruleSelector: { matchLabels: { release: "kube-prometheus-stack" } },
          ruleNamespaceSelector: {},
        },
      },
    ],
    storageClasses: [
      {
        metadata: { name: "files", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "efs.csi.aws.com",
      },
    ],
    priorityClasses: [],
    ingressClasses: [],
    deviceClasses: [],
    resourceSlices: [],
    nodes: Array.from({ length: 10 }, (_, i) => node(`gpu-${i}`, 8)),
    requests: [],
    namespaces: namespaces.map(([name]) => ({ metadata: { name, labels: {} } })),
    quotas: [],
    limitRanges: [],
    dns: [
      {
        metadata: { name: "kube-dns", namespace: "kube-system" },
        spec: {
          ports: [
            { port: 53, targetPort: 53 },
            { port: 9153, targetPort: 9153 },
          ],
        },
      },
    ],
    issuers: [],
    autoscaler: false,
    named: Object.fromEntries(namedObjects(needs).map((object) => [namedKey(object), true])),
    rights: Object.fromEntries(neededRights(needs).map((right) => [rightKey(right), true])),
    ...parts,
  });
}

/** What a cluster has on which nobody has installed anything. */
export const bareCluster = {
  operators: [],
  nodes: [],
  storageClasses: [],
  prometheuses: [],
  apis: [],
  namespaces: [],
  rights: {},
};
