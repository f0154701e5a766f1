/** The GPU limits as admission policies, on a real API server: what they deny is what the policy pack finds, as far as CEL can count. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  CoreV1Api,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { readObjects } from "../../commands/check/readObjects";
import { applyPolicies } from "../../commands/preview/applyPolicies";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { projectDir } from "../../config/project";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { applyCrds } from "../../rehearsal/crds";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { processOf, runProcess } from "../commands/command";
import { realCrds } from "./realCrds";

jest.setTimeout(300_000);

const namespace = "dynamo";
let plane: ControlPlane;
let objects: KubernetesObjectApi;

/** What the API server says to an object, of which nothing is kept. */
async function verdictOn(object: object): Promise<string> {
  try {
    await objects.create(object as KubernetesObject, undefined, "All");
    return "admitted";
  } catch (error) {
    const { body } = error as { body?: string };
    return String(JSON.parse(String(body)).message);
  }
}

const gpus = (count: number | string, kind = "nvidia.com/gpu") => ({
  resources: { limits: { [kind]: String(count) } },
});
const container = (rest: object = {}) => ({ name: "main", image: "none", ...rest });
const metadata = { name: "one", namespace };
const pod = (...containers: object[]) => ({ containers });
const workload = (apiVersion: string, kind: string, spec: object, template: object) => ({
  apiVersion,
  kind,
  metadata,
  spec: {
    ...spec,
    selector: { matchLabels: { app: "one" } },
    template: { metadata: { labels: { app: "one" } }, spec: template },
  },
});
const alpha = (...services: object[]) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata,
  spec: {
    services: Object.fromEntries(
      services.map((service, i) => [`W${i}`, { componentType: "worker", ...service }]),
    ),
  },
});
const beta = (...components: object[]) => ({
  apiVersion: "nvidia.com/v1beta1",
  kind: "DynamoGraphDeployment",
  metadata,
  spec: { components: components.map((component, i) => ({ name: `w${i}`, type: "worker", ...component })) },
});
const template = (...containers: object[]) => ({ podTemplate: { spec: { containers } } });
const claim = (requests: object[]) => ({
  apiVersion: "resource.k8s.io/v1",
  kind: "ResourceClaimTemplate",
  metadata,
  spec: { spec: { devices: { requests } } },
});
const exactly = (count: number) => ({ name: "a", exactly: { deviceClassName: "gpu.nvidia.com", count } });

const folder = mkdtempSync(join(tmpdir(), "admission-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** In place of the real CRDs, one that takes any graph: what the policies do with it is tried, not what the API makes of it. */
function anyGraph(): string {
  const names = {
    kind: "DynamoGraphDeployment",
    plural: "dynamographdeployments",
    singular: "dynamographdeployment",
  };
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${names.plural}.nvidia.com` },
    spec: {
      group: "nvidia.com",
      scope: "Namespaced",
      names,
      versions: ["v1alpha1", "v1beta1"].map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        schema: { openAPIV3Schema: { ...open, properties: { spec: open } } },
      })),
    },
  };
  const crds = mkdtempSync(join(folder, "crds-"));
  writeFileSync(join(crds, "graphs.yaml"), JSON.stringify(crd));
  return crds;
}

/** A file of policies' settings. */
function settings(name: string, content: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

/** Has the API server hold what the command prints. */
async function hold(...options: readonly string[]): Promise<void> {
  const args = processOf("check", ...options, "--emit-admission-policy");
  const { stdout } = await runProcess(process.execPath, ...args);
  for (const document of [parseAllDocuments(stdout)].flat())
    await objects.create(document.toJS()).catch(({ body }) => {
      const errors: string[] = JSON.parse(body).message.match(/ERROR: [^\n]+/g) ?? [];
      throw new Error(errors.join("; ") || body);
    });
}

beforeAll(async () => {
  const tools = await buildTools(rehearsalTools, { report: console.log });
  plane = await startControlPlane(tools);
  const real = realCrds("1.4");
  for (const crds of real.length > 0 ? real : [anyGraph()]) await applyCrds(plane.kubeconfig, crds);
  objects = KubernetesObjectApi.makeApiClient(clusterConfig(plane.kubeconfig));
  const core = apiClient(plane.kubeconfig, CoreV1Api);
  for (const name of [namespace, "other"]) await core.createNamespace({ body: { metadata: { name } } });
  await hold("--stack", "prod"); // 8 GPUs a pod, 64 a component, 80 in all
  // The API server holds them from some moment on, one by one.
  for (const asked of [gpus(9), gpus(81), gpus(1, "amd.com/gpu")]) {
    const probe = { apiVersion: "v1", kind: "Pod", metadata, spec: pod(container(asked)) };
    for (let tries = 0; tries < 100 && (await verdictOn(probe)) === "admitted"; tries++)
      await setTimeout(200);
  }
}, 1_800_000);
afterAll(() => plane?.stop());

test("nothing of the policies is wrong by their types", async () => {
  const { items } = await objects.list("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
  expect(items).toHaveLength(3);
  for (const item of items) expect(item).toMatchObject({ status: { typeChecking: {} } });
  const warnings = items.flatMap(
    (item) =>
      (item as { status?: { typeChecking?: { expressionWarnings?: object[] } } }).status?.typeChecking
        ?.expressionWarnings ?? [],
  );
  expect(warnings).toEqual([]);
});

test.each<[string, object]>([
  ["a pod without GPUs", { apiVersion: "v1", kind: "Pod", metadata, spec: pod(container()) }],
  [
    "a pod within its limit",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: pod(container(gpus(4)), container({ name: "b", ...gpus(4) })),
    },
  ],
  [
    "a pod whose init container takes as many",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: { ...pod(container(gpus(8))), initContainers: [container({ name: "i", ...gpus(8) })] },
    },
  ],
  [
    "network devices",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: pod(
        container({
          resources: { limits: { "nvidia.com/gpu": "8", "rdma/ib": "8", "vpc.amazonaws.com/efa": "32" } },
        }),
      ),
    },
  ],
  ["a Deployment", workload("apps/v1", "Deployment", { replicas: 8 }, pod(container(gpus(8))))],
  [
    "a graph of v1alpha1",
    alpha({ replicas: 8, resources: { limits: { gpu: "8" } } }, { componentType: "frontend" }),
  ],
  ["a graph of v1beta1", beta({ replicas: 4, multinode: { nodeCount: 2 }, ...template(container(gpus(8))) })],
  ["a graph without a spec", { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoGraphDeployment", metadata }],
  [
    "channels between nodes",
    claim([
      {
        name: "a",
        exactly: { deviceClassName: "compute-domain-default-channel.nvidia.com", allocationMode: "All" },
      },
    ]),
  ],
  [
    "another namespace's pod",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "one", namespace: "other" },
      spec: pod(container(gpus(9))),
    },
  ],
])("%s is admitted", async (_, object) => expect(await verdictOn(object)).toBe("admitted"));

test.each<[string, object, RegExp]>([
  [
    "a pod above its limit",
    { apiVersion: "v1", kind: "Pod", metadata, spec: pod(container(gpus(9))) },
    /a pod of it takes 9 GPUs, and the limit is 8/,
  ],
  [
    "two containers together",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: pod(container(gpus(5)), container({ name: "b", ...gpus(5) })),
    },
    /takes 10 GPUs/,
  ],
  [
    "a sidecar",
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: {
        ...pod(container(gpus(8))),
        initContainers: [container({ name: "i", restartPolicy: "Always", ...gpus(1) })],
      },
    },
    /takes 9 GPUs/,
  ],
  [
    "GPUs of another vendor",
    { apiVersion: "v1", kind: "Pod", metadata, spec: pod(container(gpus(1, "amd.com/gpu"))) },
    /GPUs of other kinds, and only nvidia.com\/gpu is allowed/,
  ],
  [
    "a Deployment",
    workload("apps/v1", "Deployment", { replicas: 9 }, pod(container(gpus(8)))),
    /a component of it takes 72 GPUs, and the limit is 64/,
  ],
  [
    "a StatefulSet",
    workload("apps/v1", "StatefulSet", { replicas: 100, serviceName: "a" }, pod(container(gpus(1)))),
    /takes 100 GPUs/,
  ],
  ["a DaemonSet", workload("apps/v1", "DaemonSet", {}, pod(container(gpus(9)))), /a pod of it takes 9/],
  [
    "a Job",
    {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: {
        parallelism: 70,
        completions: 70,
        template: { spec: { restartPolicy: "Never", ...pod(container(gpus(1))) } },
      },
    },
    /takes 70 GPUs/,
  ],
  [
    "a CronJob",
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata,
      spec: {
        schedule: "* * * * *",
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", ...pod(container(gpus(16))) } } },
        },
      },
    },
    /a pod of it takes 16/,
  ],
  [
    "a graph of v1alpha1",
    alpha({ replicas: 9, resources: { limits: { gpu: "8" } } }),
    /a component of it takes 72 GPUs/,
  ],
  [
    "one whose GPUs are in its pod",
    alpha({ extraPodSpec: { mainContainer: container(gpus(16)) } }),
    /a pod of it takes 16/,
  ],
  [
    "one of many components",
    alpha(...Array(3).fill({ replicas: 4, resources: { limits: { gpu: "8" } } })),
    /it takes 96 GPUs, and the limit is 80/,
  ],
  [
    "one on nodes by default",
    alpha({ replicas: 5, multinode: {}, resources: { limits: { gpu: "8" } } }),
    /takes 80 GPUs, and the limit is 64/,
  ],
  [
    "one that scales by itself",
    alpha({
      autoscaling: { enabled: true, minReplicas: 1, maxReplicas: 64 },
      resources: { limits: { gpu: "8" } },
    }),
    /takes 512 GPUs/,
  ],
  [
    "one of another kind",
    alpha({ resources: { limits: { gpu: "1", gpuType: "amd.com/gpu" } } }),
    /GPUs of other kinds/,
  ],
  [
    "a graph of v1beta1",
    beta({ replicas: 9, ...template(container(gpus(8))) }),
    /a component of it takes 72 GPUs/,
  ],
  ["a part of a GPU", alpha({ resources: { limits: { gpu: "500m" } } }), /and the limit is 8/],
  ["a claim of a class that is not allowed", claim([exactly(1)]), /GPUs of other kinds/],
])("%s is denied", async (_, object, message) => expect(await verdictOn(object)).toMatch(message));

const recipes = join(projectDir, "../shared/recipes");
(existsSync(recipes) ? test : test.skip)(
  "of NVIDIA's graphs it denies those that the policy pack finds, and no others",
  async () => {
    const file = settings("strict", {
      "gpu-limits": { perPod: 2, perComponent: 4 },
      "gpu-budget": "disabled",
      "gpu-kinds": "disabled",
    });
    await hold("--policy-config", file);
    while ((await verdictOn(alpha({ resources: { limits: { gpu: "3" } } }))) === "admitted")
      await setTimeout(200);
    const graphs = readObjects([recipes]).filter(({ inputs }) => inputs.kind === "DynamoGraphDeployment");
    const [denied, admitted]: [string[], string[]] = [[], []];
    for (const graph of graphs) {
      // One by one, as the API server sees them. Templates' words are no names.
      const object = {
        ...graph.inputs,
        metadata: { ...(graph.inputs.metadata as object), name: "one", namespace },
      };
      const verdict = await verdictOn(object);
      // Its CRD does not take it, or it has other GPUs. Of several policies that deny it any may be the one that is told.
      if (verdict !== "admitted" && !/gpu-(limits|budget)\.\w+\.dynamo-guard/.test(verdict)) continue;
      const { report } = await applyPolicies(
        [{ ...graph, inputs: object }],
        readPolicySettings("strict", file),
      );
      const isOver = report.violations.some(
        ({ rule, message }) => rule === "gpu-limits" && !/Planner/.test(message),
      );
      (verdict === "admitted" ? admitted : denied).push(`${graph.urn} ${isOver ? "is over" : "is within"}`);
    }
    expect(denied.filter((one) => !one.endsWith("is over"))).toEqual([]);
    expect(admitted.filter((one) => !one.endsWith("is within"))).toEqual([]);
    expect([denied.length > 50, admitted.length > 50]).toEqual([true, true]);
  },
);

test("a graph without a spec can be updated", async () => {
  const bare = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { ...metadata, name: "bare" },
  };
  await objects.create(bare);
  const labelled = { ...bare, metadata: { ...bare.metadata, labels: { a: "b" } } };
  const asMerge = [undefined, undefined, undefined, undefined, PatchStrategy.MergePatch] as const;
  await expect(objects.patch(labelled, ...asMerge)).resolves.toMatchObject({ metadata: labelled.metadata });
});

test("claims are counted by their requests", async () => {
  await hold(
    "--policy-config",
    settings("claims", { "gpu-budget": "disabled", "gpu-kinds": "disabled", "gpu-limits": { perPod: 2 } }),
  );
  const other = (requests: object[]) => ({
    ...claim(requests),
    metadata: { name: "one", namespace: "other" },
  });
  const two = [exactly(2), { ...exactly(2), name: "b" }];
  for (let tries = 0; tries < 100 && (await verdictOn(other(two))) === "admitted"; tries++)
    await setTimeout(200);
  expect(await verdictOn(other(two))).toMatch(/a pod of it takes 4 GPUs, and the limit is 2/);
  expect(await verdictOn(other([exactly(2)]))).toBe("admitted");
  const all = { deviceClassName: "gpu.nvidia.com", allocationMode: "All" };
  expect(await verdictOn(other([{ name: "a", exactly: all }]))).toMatch(/and the limit is 2/);
  const first = [{ name: "x", deviceClassName: "gpu.nvidia.com", count: 4 }];
  expect(await verdictOn(other([{ name: "a", firstAvailable: first }]))).toMatch(/takes 4 GPUs/);
});
