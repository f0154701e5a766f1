/** `npm run destroy`: nothing of the stack is left, in whatever state it is, and what is someone else's stays. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { readStack } from "../../config/project";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { processOf } from "../commands/command";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { operatorCrds } from "./realCrds";

jest.setTimeout(120_000);

const namespace = "dynamo";
const graphs = { group: "nvidia.com", version: "v1alpha1", namespace, plural: "dynamographdeployments" };
const stackFile = () => readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8");
const written = stackFile();
const labels = { [ownerLabel]: ownerOf({ project: "dynamo", stack: "dev" }) };
/** What an update that was interrupted has made, Pulumi's provider has written. */
const fieldManager = "pulumi-kubernetes";
let rehearsal: Rehearsal;
let core: CoreV1Api;
let custom: CustomObjectsApi;

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: readStack("dev"),
    nodes: 2,
    gpusPerNode: 4,
    crds: operatorCrds(),
  });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
  await makeNeighbour();
}, 1_800_000);

afterAll(() => rehearsal?.stop());

/** The single-node graph that others may have made in the same namespace, on its port. */
async function makeNeighbour(): Promise<void> {
  const worker = {
    componentType: "worker",
    extraPodSpec: { mainContainer: { image: "vllm-runtime:0.8.1" } },
  };
  const body = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "vllm-agg", namespace },
    spec: { backendFramework: "vllm", envs: [], services: { Worker: worker } },
  };
  await custom.createNamespacedCustomObject({ ...graphs, body });
  const port = { port: 8000, nodePort: 30100 };
  await core.createNamespacedService({
    namespace,
    body: { metadata: { name: "vllm-agg-np" }, spec: { type: "NodePort", ports: [port] } },
  });
}

/** The command, which a person ends by Ctrl-C when it has said something. */
async function interruptedDestroy(until: RegExp): Promise<string> {
  const { env, command } = commandOf("--yes");
  const child = spawn(process.execPath, command, { env, detached: true });
  let output = "";
  let isInterrupted = false;
  child.stdout.on("data", (text) => {
    output += text;
    if (isInterrupted || child.pid === undefined || !until.test(output)) return;
    isInterrupted = true;
    process.kill(-child.pid, "SIGINT");
  });
  await once(child, "exit");
  return output;
}

function commandOf(...args: string[]) {
  const { workspace, name } = rehearsal.engine.stack;
  const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
  return { env, command: processOf("destroy", "--stack", name, ...args) };
}

const destroy = (...args: string[]) => destroyWith({}, ...args);

async function destroyWith(variables: NodeJS.ProcessEnv, ...args: string[]) {
  const { env, command } = commandOf(...args);
  return promisify(execFile)(process.execPath, command, { env: { ...env, ...variables } }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

const left = async () =>
  (await allObjects(rehearsal.kubeconfig)).filter((one) => one.includes("vllm-distributed-demo"));
const neighbour = async () =>
  (await allObjects(rehearsal.kubeconfig)).filter((object) => / dynamo\/vllm-agg(-np)?$/.test(object));

test("lists what it would delete, and deletes nothing, unless it is told to", async () => {
  await rehearsal.engine.stack.up({ onOutput: () => {} });
  const { code, output } = await destroy();
  expect(code).toBe(1);
  expect(output).toContain("- DynamoGraphDeployment dynamo/vllm-distributed-demo");
  expect(output).not.toContain("vllm-agg");
  expect(output).toMatch(/nothing was deleted: add --yes to delete these \d+ objects/);
  expect(await left()).not.toEqual([]);
});

test("a wrong passphrase is told, and nothing deleted", async () => {
  // Of a state without secrets Pulumi asks no passphrase.
  await core.deleteNamespacedSecret({ namespace, name: "hf-token-secret" });
  await rehearsal.engine.stack.setConfig("dynamo:huggingFaceToken", { value: "hf_1", secret: true });
  await rehearsal.engine.stack.up({ onOutput: () => {} });
  const { code, output } = await destroyWith({ PULUMI_CONFIG_PASSPHRASE: "wrong" }, "--yes");
  expect(code).toBe(1);
  expect(output).toMatch(/^error: .*passphrase/m);
  expect(output).not.toMatch(/^\s+at /m);
  expect(await left()).not.toEqual([]);
});

test("an object of someone else is not taken over", async () => {
  const theirs = { metadata: { name: "vllm-agg-frontend-np" }, spec: { ports: [{ port: 1 }] } };
  await core.createNamespacedService({ namespace, body: theirs });
  const graph = { name: "vllm-agg", model: "m" };
  await rehearsal.engine.configure({ "dynamo:graphs": [graph] });
  const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /DynamoGraphDeployment dynamo\/vllm-agg is there already, and is not this stack's: give the graph another name/,
  );
  await core.deleteNamespacedService({ namespace, name: "vllm-agg-frontend-np" });
  await rehearsal.engine.configure({ "dynamo:graphs": readStack("dev").settings.graphs });
  await rehearsal.engine.stack.up({ onOutput: () => {} });
});

test("a graph whose operator is gone is held, which is told; without its finalizers it goes", async () => {
  const asMerge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const name = "vllm-distributed-demo";
  const held = { metadata: { finalizers: ["nvidia.com/of-an-operator-that-is-gone"] } };
  await custom.patchNamespacedCustomObject({ ...graphs, name, body: held }, asMerge);
  expect(await interruptedDestroy(/waits for the Dynamo operator/)).toMatch(
    /DynamoGraphDeployment dynamo\/vllm-distributed-demo waits for .* with --remove-finalizers/,
  );
  const { code, output } = await destroy("--yes", "--remove-finalizers");
  expect(output).toContain(`removed the finalizers of DynamoGraphDeployment dynamo/${name}`);
  expect(output).toContain("nothing of dynamo/dev is left");
  expect(code).toBe(0);
});

test("a namespace goes only without what is not the stack's", async () => {
  await core.createNamespace({ body: { metadata: { name: "shared", labels } }, fieldManager });
  const theirs = { namespace: "shared", name: "theirs" };
  await core.createNamespacedConfigMap({ namespace: "shared", body: { metadata: { name: "theirs" } } });
  const { code, output } = await destroy("--yes");
  expect(code).toBe(1);
  expect(output).toMatch(
    /^error: nothing was deleted: namespace shared would go with .*ConfigMap shared\/theirs/m,
  );
  await core.deleteNamespacedConfigMap(theirs);
});

test("what Pulumi does not know of goes too, and the neighbour stays", async () => {
  await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: "forgotten", labels } },
    fieldManager,
  });
  const { code, output } = await destroy("--yes");
  expect(code).toBe(0);
  expect(output).toContain("deleted ConfigMap dynamo/forgotten, which Pulumi did not know of");
  expect(output).toContain("deleted Namespace shared, which Pulumi did not know of");
  expect(await neighbour()).toEqual(
    expect.arrayContaining(["DynamoGraphDeployment dynamo/vllm-agg", "Service dynamo/vllm-agg-np"]),
  );
});

test("what stays is waited for, and told with what holds it; what another manages is left alone", async () => {
  const metadata = { name: "unknown", namespace, labels, finalizers: ["nvidia.com/gone"] };
  const frontend = {
    componentType: "frontend",
    replicas: 1,
    extraPodSpec: { mainContainer: { image: "a" } },
  };
  const spec = { backendFramework: "vllm", envs: [], services: { Frontend: frontend } };
  const body = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoGraphDeployment", metadata, spec };
  await custom.createNamespacedCustomObject({ ...graphs, body, fieldManager });
  const helms = { name: "helms", labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" } };
  await core.createNamespacedConfigMap({ namespace, body: { metadata: helms }, fieldManager });

  const held = await destroy("--yes", "--timeout", "2");
  expect(held.code).toBe(1);
  expect(held.output).toContain("waiting for DynamoGraphDeployment dynamo/unknown to go");
  expect(held.output).toMatch(
    /^error: still there after 2 s: DynamoGraphDeployment dynamo\/unknown \(held by nvidia\.com\/gone\).* --remove-finalizers$/m,
  );
  expect(held.output).not.toContain("nothing of dynamo/dev is left");

  const { code, output } = await destroy("--yes", "--remove-finalizers");
  expect([code, output]).toEqual([0, expect.stringContaining("nothing of dynamo/dev is left")]);
  expect(output).not.toContain("helms");
  expect(await core.readNamespacedConfigMap({ namespace, name: "helms" })).toBeDefined();
  expect(await destroy()).toEqual({
    code: 0,
    output: expect.stringMatching(/^the cluster has nothing of dynamo\/dev$/m),
  });
});

test("a backend that is gone is told", async () => {
  const { code, output } = await destroyWith({ PULUMI_BACKEND_URL: "file:///nonexistent" }, "--yes");
  expect(code).toBe(1);
  expect(output).toMatch(/^error: the outputs of stack dev can't be read: .*nonexistent/m);
  expect(output).not.toMatch(/^\s+at /m);
});

test("the stack's file is as it was written", () => {
  expect(stackFile()).toBe(written);
});
