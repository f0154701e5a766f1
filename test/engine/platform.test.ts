/** A platform that the stack installs: who may have one, what waits for it, and what it leaves. Its Helm release is only noted. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  ApiextensionsV1Api,
  AppsV1Api,
  CoreV1Api,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { policyOptions, readPolicySettings } from "../../commands/preview/policySettings";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { processOf } from "../commands/command";
import { devStack } from "../devStack";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { operatorCrds } from "./realCrds";

jest.setTimeout(180_000);

const stack = devStack({ platform: { install: {} } });
const namespace = "dynamo-system";
let rehearsal: Rehearsal;
let objects: KubernetesObjectApi;

beforeAll(async () => {
  rehearsal = await startRehearsal({ stack, nodes: 2, gpusPerNode: 4, crds: operatorCrds() });
  objects = KubernetesObjectApi.makeApiClient(clusterConfig(rehearsal.kubeconfig));
  await apiClient(rehearsal.kubeconfig, CoreV1Api).createNamespace({
    body: { metadata: { name: namespace } },
  });
}, 1_800_000);

afterAll(() => rehearsal?.stop());

async function isRefused(operation: "preview" | "up --skip-preview", ...reasons: RegExp[]): Promise<void> {
  const { code, stdout } = await attempt(rehearsal, operation);
  for (const reason of reasons) expect(stdout).toMatch(reason);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/Nothing was changed/)]);
}

const made = async () =>
  (await allObjects(rehearsal.kubeconfig)).filter((one) => one.includes("vllm-distributed-demo"));

test("the rehearsal says that no chart is installed", () => {
  expect(rehearsal.standIns).toContainEqual("the platform, whose Helm release is not installed");
});

test("another operator, a release of the name and CRDs of others are told before anything is made", async () => {
  const operator = {
    metadata: { name: "operator", labels: { "app.kubernetes.io/part-of": "dynamo-operator" } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { a: "b" } },
      template: {
        metadata: { labels: { a: "b" } },
        spec: { containers: [{ name: "manager", image: "registry.example.com/kubernetes-operator:1.5.1" }] },
      },
    },
  };
  const apps = apiClient(rehearsal.kubeconfig, AppsV1Api);
  const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  const extensions = apiClient(rehearsal.kubeconfig, ApiextensionsV1Api);
  await apps.createNamespacedDeployment({ namespace: "default", body: operator });
  const release = {
    name: "sh.helm.release.v1.dynamo-platform.v1",
    labels: { owner: "helm", name: "dynamo-platform" },
  };
  await core.createNamespacedSecret({ namespace, body: { metadata: release } });
  const name = "dynamographdeployments.nvidia.com";
  const mark = (labels: object, annotations: object) =>
    objects.patch(
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name, labels, annotations },
      } as never,
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
  const stamp = "dynamo.nvidia.com/operator-version";
  const keeper = "app.kubernetes.io/managed-by";
  await mark({ [keeper]: "Helm" }, { [stamp]: "1.7.0" });
  const reasons = [
    /default\/operator \(registry\.example\.com\/kubernetes-operator:1\.5\.1\) is there already/,
    /there is a Helm release dynamo-platform in dynamo-system that the stack's state does not have/,
    /the CRDs of nvidia\.com are kept by Helm/,
    /the CRDs of nvidia\.com are of operator 1\.7\.0, and that of 1\.6\.1 would write older ones/,
  ];
  await isRefused("preview", ...reasons);
  await isRefused("up --skip-preview", ...reasons);
  expect(await made()).toEqual([]);
  await apps.deleteNamespacedDeployment({ namespace: "default", name: "operator" });
  await core.deleteNamespacedSecret({ namespace, name: release.name });
  await mark({ [keeper]: null }, { [stamp]: "1.6.0" });
  expect(
    (await extensions.readCustomResourceDefinition({ name })).metadata?.labels?.[keeper],
  ).toBeUndefined();
});

test("graphs wait for it, and the policies let it through", async () => {
  const events: EngineEvent[] = [];
  await rehearsal.engine.stack.up({
    ...policyOptions(readPolicySettings("dev")),
    onOutput: () => {},
    onEvent: (event) => void events.push(event),
  });
  const release = events.findIndex(
    ({ resOutputsEvent }) => resOutputsEvent?.metadata.type === "kubernetes:helm.sh/v3:Release",
  );
  const graphs = events.findIndex(({ resourcePreEvent }) =>
    /DynamoGraphDeployment$/.test(resourcePreEvent?.metadata.type ?? ""),
  );
  expect(release).toBeGreaterThan(0);
  expect(graphs).toBeGreaterThan(release);
  const { platform } = await rehearsal.engine.stack.outputs();
  expect(platform?.value).toMatchObject({
    release: "dynamo-platform",
    version: "1.6.1",
    images: ["nvcr.io/nvidia/ai-dynamo/kubernetes-operator:1.6.1"],
  });
});

test("it is not taken away beneath graphs, nor moved, and goes step by step", async () => {
  const { configure } = rehearsal.engine;
  await configure({ "dynamo:platform": {} });
  const reason =
    /dynamo:platform\.install: .* would go, and nobody would see to DynamoGraphDeployment dynamo\/vllm/;
  await isRefused("preview", reason);
  await isRefused("up --skip-preview", reason);
  await configure({ "dynamo:platform": { namespace: "elsewhere", install: {} } });
  await isRefused("preview", /dynamo:platform\.namespace: the stack's platform is in dynamo-system/);
  await configure({ "dynamo:platform": { install: { version: "1.5.1" } } });
  const { summary, outputs } = await rehearsal.engine.stack.up({ onOutput: () => {} });
  expect(summary.resourceChanges).toMatchObject({ update: expect.any(Number) });
  expect(summary.resourceChanges).not.toHaveProperty("replace");
  expect(summary.resourceChanges).not.toHaveProperty("create");
  expect(outputs.platform?.value).toMatchObject({ version: "1.5.1" });
});

async function destroy(...args: string[]) {
  const { workspace, name } = rehearsal.engine.stack;
  const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
  return promisify(execFile)(process.execPath, processOf("destroy", "--stack", name, ...args), { env }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

test("it is not destroyed while it serves graphs of others", async () => {
  const theirs = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "theirs", namespace: "default" },
    spec: { backendFramework: "vllm", services: {} },
  };
  await objects.create(theirs as never);
  expect((await destroy()).output).toContain(
    "- Helm release dynamo-platform in dynamo-system; its CRDs and its",
  );
  const { code, output } = await destroy("--yes");
  expect(output).toMatch(/^error: nothing was deleted: Helm release dynamo-platform .*default\/theirs/m);
  expect(code).toBe(1);
  expect(await made()).not.toEqual([]);
  await objects.delete(theirs as never);
});

test("it goes last, and its CRDs stay", async () => {
  const { code, output } = await destroy("--yes");
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/but the platform's CRDs and namespace dynamo-system$/m),
  ]);
  const [graph, release] = [/DynamoGraphDeployment\b.*deleted/, /Release\b.*deleted/].map((line) =>
    output.search(line),
  );
  expect(graph).toBeGreaterThan(0);
  expect(release).toBeGreaterThan(graph ?? 0);
  // Pulumi was run twice: the first time without the release.
  expect(output.match(/^Resources:$/gm)).toHaveLength(2);
  expect(await made()).toEqual([]);
  const { items } = await apiClient(rehearsal.kubeconfig, ApiextensionsV1Api).listCustomResourceDefinition();
  expect(items.map(({ metadata }) => metadata?.name)).toContain("dynamographdeployments.nvidia.com");
});
