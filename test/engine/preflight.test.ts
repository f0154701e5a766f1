/** Preflight on a real API server, with objects in it as OpenShift, EKS, GKE and AKS have them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreV1Api, KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { readStack } from "../../config/project";
import { planStack } from "../../plan/stack";
import { judge } from "../../preflight/judge";
import type { Needs } from "../../preflight/needs";
import { readCluster } from "../../preflight/read/cluster";
import { apiClient } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { applyCrds, applyStandInCrds } from "../../rehearsal/crds";
import { createNodesAs } from "../../rehearsal/nodes";
import { layInCluster, savedNodes } from "../../rehearsal/savedCluster";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { run } from "../commands/command";
import { devStack } from "../devStack";
import { clusterFor, needsOf } from "../preflight/clusters";

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "preflight-"));
const { KUBECONFIG } = process.env;
let plane: ControlPlane;
let objects: KubernetesObjectApi;
let dev: Needs;
let prod: Needs;

beforeAll(async () => {
  plane = await startControlPlane(await buildTools(rehearsalTools));
  process.env.KUBECONFIG = plane.kubeconfig;
  objects = KubernetesObjectApi.makeApiClient(configOf());
  dev = await needsOf(readStack("dev"));
  prod = await needsOf(readStack("prod"));
}, 1_200_000);

afterAll(async () => {
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = KUBECONFIG;
  rmSync(folder, { recursive: true });
  await plane?.stop();
});

function configOf(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  return config;
}

const make = async (...all: object[]) => {
  for (const object of all) await objects.create(structuredClone(object) as KubernetesObject);
};

/** What is found of a plan, as `state check, subject: found`, without what passes. */
async function troubles(needs: Needs, config = configOf()): Promise<string[]> {
  return judge(needs, await readCluster(config, needs))
    .filter(({ state }) => state !== "passed")
    .map(({ state, check, subject, found }) => `${state} ${check}, ${subject}: ${found}`);
}

const namespace = (name: string, annotations = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, annotations },
});

const service = (name: string, space: string, ports: object[]) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: space },
  spec: { ports },
});

function crd(group: string, kind: string, scope: "Namespaced" | "Cluster" = "Namespaced") {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith("s") ? `${singular}es` : `${singular}s`;
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
}

/** The operator's Deployment as the platform's chart makes it: settings in arguments before 1.0, in a ConfigMap since. */
function operator(
  release: string,
  args = ["--config=/etc/dynamo-operator/config.yaml", `--operator-version=${release}`],
) {
  const labels = { "control-plane": "controller-manager", "app.kubernetes.io/part-of": "dynamo-operator" };
  const config = { name: "operator-config" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "dynamo-operator", namespace: "dynamo-system", labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "manager",
              image: `nvcr.io/nvidia/ai-dynamo/kubernetes-operator:${release}`,
              args,
              volumeMounts: [{ ...config, mountPath: "/etc/dynamo-operator" }],
            },
          ],
          volumes: [{ ...config, configMap: { name: "dynamo-operator-config", optional: true } }],
        },
      },
    },
  };
}

const settings = (etcdAddress: string, natsAddress = "") => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "dynamo-operator-config", namespace: "dynamo-system" },
  data: {
    "config.yaml": JSON.stringify({
      discovery: { backend: "kubernetes" },
      infrastructure: { etcdAddress, natsAddress },
    }),
  },
});

const node = (name: string, gpus: number, labels: Record<string, string>, taints: object[] = []) => ({
  metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ...labels } },
  spec: { taints: taints as never[] },
  status: {
    allocatable: {
      cpu: "64",
      memory: "1Ti",
      pods: "110",
      ...(gpus > 0 && { "nvidia.com/gpu": String(gpus) }),
    },
  },
});

async function untilReady(deployment: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const found = (await objects.read({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: deployment, namespace: "dynamo-system" },
    })) as { status?: { readyReplicas?: number } };
    if (found.status?.readyReplicas) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${deployment} is not Ready`);
}

test("a bare cluster: everything is missing, and each says what to do", async () => {
  const { code, stdout, stderr } = await run("preflight", "--stack", "prod", "--json");
  const { ok, findings } = JSON.parse(stdout);
  const failed = findings.filter(({ state }: { state: string }) => state === "failed");
  const checks = failed.map(({ check, subject }: Record<string, string>) => `${check}, ${subject}`);
  expect(checks).toEqual(
    expect.arrayContaining([
      "API, nvidia.com/v1beta1 DynamoGraphDeployment",
      "API, monitoring.coreos.com/v1 PodMonitor",
      "Dynamo operator, release",
      "namespace, dynamo",
      "device plugin, nvidia.com/gpu",
      "nodes, room",
      "Prometheus, PodMonitors",
    ]),
  );
  for (const { remedy } of failed) expect(remedy).toBeTruthy();
  expect([code, ok]).toEqual([1, false]);
  expect(stderr).toMatch(/^error: the cluster is not ready for stack prod: \d+ checks failed$/m);
});

test("an EKS cluster that is ready", async () => {
  await applyStandInCrds(plane.kubeconfig);
  await applyCrds(plane.kubeconfig, writeCrds(crd("monitoring.coreos.com", "Prometheus")));
  const eks = { "eks.amazonaws.com/nodegroup": "gpus", "nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3" };
  await createNodesAs(
    plane.kubeconfig,
    Array.from({ length: 9 }, (_, i) => node(`eks-${i}`, 8, eks)),
  );
  const release = { matchLabels: { release: "kube-prometheus-stack" } };
  await objects.delete({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard" },
  });
  const etcd = { name: "dynamo-platform-etcd", namespace: "dynamo-system" };
  await make(
    ...["dynamo", "dynamo-system", "monitoring"].map((name) => namespace(name)),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "efs", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      provisioner: "efs.csi.aws.com",
      parameters: { fileSystemId: "fs-not-kept" },
    },
    service("kube-dns", "kube-system", [{ port: 53, protocol: "UDP", targetPort: 53 }]),
    service(etcd.name, etcd.namespace, [{ port: 2379 }]),
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...etcd, labels: { "kubernetes.io/service-name": etcd.name } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
    },
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "Prometheus",
      metadata: { name: "main", namespace: "monitoring" },
      spec: {
        podMonitorSelector: release,
        podMonitorNamespaceSelector: {},
        ruleSelector: release,
        ruleNamespaceSelector: {},
      },
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "hf-token-secret", namespace: "dynamo" },
      stringData: { HF_TOKEN: "not-kept" },
    },
    settings(`http://user:not-kept@${etcd.name}.${etcd.namespace}.svc.cluster.local:2379`),
    operator("1.6.1"),
  );
  await untilReady("dynamo-operator");
  expect(await troubles(prod)).toEqual([]);
  expect(await troubles(dev)).toEqual([]);
});

test("a snapshot has nothing secret, and shows in a preview what does not fit", async () => {
  const file = join(folder, "cluster.json");
  const saved = await run("preflight", "--stack", "prod", "--save", file);
  expect([saved.code, saved.stdout]).toEqual([0, expect.stringMatching(/Kubernetes v1\.\d+.*\n.*[\s\S]*✓/)]);
  expect(readFileSync(file, "utf8")).not.toMatch(/not-kept/);
  const fits = await run("preview", "--stack", "prod", "--cluster", file);
  expect([fits.code, fits.stdout]).toEqual([
    0,
    expect.stringMatching(/preflight: \d+ checks passed, 0 failed, 0 unknown/),
  ]);
  const snapshot = JSON.parse(readFileSync(file, "utf8"));
  const half = { ...snapshot, nodes: snapshot.nodes.slice(0, 4) };
  writeFileSync(file, JSON.stringify(half));
  const { stdout } = await run("preview", "--stack", "prod", "--cluster", file);
  expect(stdout).toMatch(/✖ nodes, room: 8 pods would wait: .*qwen-72b-etcd VllmWorker/);
  const judged = await run("preflight", "--stack", "prod", "--cluster", file);
  expect([judged.code, judged.stderr]).toEqual([1, expect.stringMatching(/1 check failed/)]);
});

test("what runs on the nodes is not free, and quotas count", async () => {
  const pod = (name: string, on: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      nodeName: on,
      containers: [{ name: "main", image: "other", resources: { limits: { "nvidia.com/gpu": "8" } } }],
    },
  });
  const quota = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "team", namespace: "dynamo" },
    spec: { hard: { "requests.nvidia.com/gpu": "64" } },
  };
  await make(pod("a", "eks-0"), quota);
  const found = await troubles(prod);
  expect(found).toEqual([
    expect.stringMatching(/^failed nodes, room: 4 pods would wait: .*64 of 72 free on 9 nodes/),
    expect.stringMatching(
      /^failed quota, dynamo\/team: requests\.nvidia\.com\/gpu: the plan needs 68, and 64 of 64/,
    ),
  ]);
  await objects.delete(quota as KubernetesObject);
  await apiClient(plane.kubeconfig, CoreV1Api).deleteNamespacedPod({
    name: "a",
    namespace: "default",
    gracePeriodSeconds: 0,
  });
});

test("a user with few rights: what can't be read is unknown, what is denied fails", async () => {
  const account = { name: "guest", namespace: "default" };
  await make({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
  const { status } = await apiClient(plane.kubeconfig, CoreV1Api).createNamespacedServiceAccountToken({
    ...account,
    body: { spec: { audiences: [], expirationSeconds: 3_600 } } as never,
  });
  const config = configOf();
  const user = { name: "guest", token: status?.token ?? "" };
  config.addUser(user);
  config.addContext({ name: "guest", cluster: config.getCurrentCluster()?.name ?? "", user: "guest" });
  config.setCurrentContext("guest");
  const found = await troubles(prod, config);
  const states = found.map((line) => line.split(":")[0]);
  expect(states).toEqual(
    expect.arrayContaining([
      "unknown Dynamo operator, release",
      "unknown nodes, room",
      "unknown volumes, StorageClasses",
      "unknown Prometheus, PodMonitors",
      "unknown quota, ResourceQuotas",
      "unknown DNS, port",
      "failed rights, kubeconfig's user",
    ]),
  );
  expect(found.filter((line) => line.startsWith("failed"))).toEqual([
    expect.stringMatching(/^failed rights/),
  ]);
});

test("GKE's and AKS' nodes", async () => {
  const taints = [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }];
  const gke = { "cloud.google.com/gke-nodepool": "l4", "cloud.google.com/gke-accelerator": "nvidia-l4" };
  await removeNodes();
  await createNodesAs(plane.kubeconfig, [node("gke", 2, gke, taints), node("cpus", 0, {})]);
  expect(await troubles(dev)).toEqual([]);
  await removeNodes();
  const aks = { "kubernetes.azure.com/cluster": "c", "kubernetes.azure.com/accelerator": "nvidia" };
  await createNodesAs(plane.kubeconfig, [node("aks", 0, aks)]);
  expect(await troubles(dev)).toEqual([
    expect.stringMatching(
      /^failed device plugin, nvidia\.com\/gpu: no node offers it, though 1 node have GPUs/,
    ),
    expect.stringMatching(/^failed nodes, room: 2 pods would wait/),
  ]);
});

test("OpenShift: DNS at 5353, and uids of a namespace's own", async () => {
  await removeNodes();
  await createNodesAs(
    plane.kubeconfig,
    Array.from({ length: 9 }, (_, i) => node(`ocp-${i}`, 8, {})),
  );
  await applyCrds(plane.kubeconfig, writeCrds(crd("config.openshift.io", "ClusterVersion", "Cluster")));
  await make(
    namespace("openshift-dns"),
    service("dns-default", "openshift-dns", [{ port: 53, protocol: "UDP", targetPort: "dns" as never }]),
    namespace("nats-system", { "openshift.io/sa.scc.uid-range": "1000680000/10000" }),
  );
  const found = await troubles(prod);
  expect(found).toContainEqual(
    expect.stringMatching(
      /^failed security context, nats-system: .*runs as uid 65532, and SCC restricted-v2 takes 1000680000/,
    ),
  );
  const isOpen = JSON.stringify(prod.objects).includes('"port":5353');
  if (!isOpen)
    expect(found).toContainEqual(
      expect.stringMatching(/^failed DNS, port: .*openshift-dns\/dns-default at 5353/),
    );
});

test("an operator of 1.x, whose settings are in a ConfigMap", async () => {
  const newer = await needsOf(devStack({ runtime: { version: "1.4.2" } }));
  const { metadata, ...rest } = operator("1.4.2");
  const changed = settings("", "nats://user:not-kept@nats.dynamo-system:4222");
  await objects.patch(changed as KubernetesObject);
  await make({ ...rest, metadata: { ...metadata, name: "newer" } });
  await objects.delete(operator("", []) as KubernetesObject);
  await untilReady("newer");
  expect(await troubles(newer)).toContainEqual(
    expect.stringMatching(/^failed Dynamo operator, discovery: .* NATS, nats:\/\/nats\.dynamo-system:4222/),
  );
  expect(await troubles(dev)).toContainEqual(
    expect.stringMatching(/^failed Dynamo operator, release: .*is of 1\.4, and runtime 1\.6\.1/),
  );
});

test("a rehearsal has the nodes of a kept cluster, what runs on them, its classes, and what is left of its quotas", async () => {
  const other = await startControlPlane(await buildTools(rehearsalTools));
  try {
    const core = apiClient(other.kubeconfig, CoreV1Api);
    const taints = [{ key: "sku", value: "gpu", effect: "NoSchedule" }];
    const kept = clusterFor(dev, {
      nodes: [node("tainted", 2, {}, taints), node("busy", 2, {})].map((one) => ({
        ...one,
        status: { ...one.status, conditions: [{ type: "Ready", status: "True" }] },
      })),
      requests: [{ node: "busy", amounts: { "nvidia.com/gpu": 1, cpu: 0.5, pods: 2 } }],
      priorityClasses: [{ metadata: { name: "urgent" } }],
      quotas: [
        {
          metadata: { name: "team", namespace: "dynamo" },
          spec: { hard: { "requests.nvidia.com/gpu": "8" } },
          status: { used: { "requests.nvidia.com/gpu": "5" } },
        },
      ],
    });
    await createNodesAs(other.kubeconfig, savedNodes(kept));
    await core.createNamespace({ body: { metadata: { name: "dynamo" } } });
    expect(await layInCluster(other.kubeconfig, kept, planStack(dev.config))).toEqual([]);
    const config = new KubeConfig();
    config.loadFromFile(other.kubeconfig);
    const read = await readCluster(config, dev);
    expect(read.nodes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          spec: expect.objectContaining({ taints: [expect.objectContaining(taints[0])] }),
        }),
      ]),
    );
    expect(read.requests).toContainEqual({
      node: "busy",
      amounts: expect.objectContaining({ "nvidia.com/gpu": 1, cpu: 0.5 }),
    });
    expect(read.storageClasses).toMatchObject([{ metadata: { name: "files" } }]);
    expect(read.priorityClasses).toContainEqual({ metadata: { name: "urgent" } });
    expect(read.quotas).toMatchObject([{ spec: { hard: { "requests.nvidia.com/gpu": "3" } } }]);
  } finally {
    await other.stop();
  }
});

async function removeNodes(): Promise<void> {
  const core = apiClient(plane.kubeconfig, CoreV1Api);
  await core.deleteCollectionNode({});
}

/** A folder with one CustomResourceDefinition. */
function writeCrds(definition: object): string {
  const dir = mkdtempSync(join(folder, "crds-"));
  writeFileSync(join(dir, "crd.yaml"), JSON.stringify(definition));
  return dir;
}
