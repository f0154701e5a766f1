/** What aiconfigurator and DynamoGraphDeploymentRequests propose, held to a stack's budget. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "sizing-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A graph in the form in which aiconfigurator writes it: v1alpha1, with prefill and decode workers. */
const proposal = (prefill: number, decode: number, model = "Qwen/Qwen3-8B") => {
  const worker = (subComponentType: string, replicas: number, gpu: number) => ({
    componentType: "worker",
    subComponentType,
    replicas,
    resources: { limits: { gpu: String(gpu) } },
    extraPodSpec: {
      mainContainer: {
        image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.5.1",
        command: ["python3", "-m", "dynamo.vllm"],
        args: ["--model", model, "--tensor-parallel-size", String(gpu)],
      },
    },
  });
  const image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.5.1";
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "proposed", namespace: "dynamo" },
    spec: {
      services: {
        Frontend: { componentType: "frontend", replicas: 1, extraPodSpec: { mainContainer: { image } } },
        Prefill: worker("prefill", prefill, 1),
        Decode: worker("decode", decode, 4),
      },
    },
  };
};

const request = (version: string, status: object) => ({
  apiVersion: `nvidia.com/${version}`,
  kind: "DynamoGraphDeploymentRequest",
  metadata: { name: "sized", namespace: "dynamo" },
  spec: { model: "Qwen/Qwen3-8B" },
  status,
});

function file(name: string, ...objects: object[]): string {
  const path = join(dir, name);
  writeFileSync(path, objects.map((object) => stringify(object)).join("---\n"));
  return path;
}

const preview = (path: string, ...args: string[]) =>
  run("preview", "--stack", "prod", "--sizing", path, ...args);
const sizing = async (path: string, ...args: string[]) =>
  JSON.parse((await preview(path, "--json", ...args)).stdout).sizing;

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "engine", namespace: "dynamo" } };
const { kind: _, apiVersion: __, ...bare } = proposal(4, 1);

test.each<[string, readonly object[]]>([
  ["aiconfigurator", [configMap, proposal(4, 1)]],
  ["a list", [{ apiVersion: "v1", kind: "List", items: [proposal(4, 1)] }]],
  ["a request in v1alpha1", [request("v1alpha1", { generatedDeployment: proposal(4, 1) })]],
  ["a request in v1beta1", [request("v1beta1", { profilingResults: { selectedConfig: proposal(4, 1) } })]],
  ["a request whose graph leaves out its kind", [request("v1alpha1", { generatedDeployment: bare })]],
])("of %s that fits, beside all that the stack has", async (name, objects) => {
  const path = file(`${name}.yaml`, ...objects);
  expect(await sizing(path)).toEqual({
    file: path,
    graphs: [{ object: "DynamoGraphDeployment dynamo/proposed", models: ["Qwen/Qwen3-8B"], gpus: 8 }],
    replaces: [],
    gpus: 8,
    total: 76,
    costPerDay: { amount: 480, currency: "USD" },
    warnings: [],
    refusals: [],
  });
  const { code, stdout } = await preview(path);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `sizing of ${path}: 8 GPUs, 480.00 USD a day; beside all that it has the stack would take 76`,
  );
});

test("the model of a script that hands its arguments on by an array, as aiconfigurator writes them", async () => {
  const graph = proposal(1, 0);
  const { mainContainer } = graph.spec.services.Prefill.extraPodSpec;
  mainContainer.command = ["/bin/bash", "-c"];
  mainContainer.args = [
    `set -euo pipefail\nargs=(\n  --model-path "deepseek-ai/DeepSeek-V3"\n  --tensor-parallel-size "32"\n)\nargs+=(--disaggregation-mode prefill)\nexec python3 -m dynamo.sglang "\${args[@]}"\n`,
  ];
  const { graphs, warnings } = await sizing(file("script.yaml", graph));
  expect(graphs).toMatchObject([{ models: ["Qwen/Qwen3-8B", "deepseek-ai/DeepSeek-V3"] }]);
  expect(warnings).toEqual([]);
});

test("one that is over the budgets ends with 1, in the terminal and in the comment", async () => {
  const path = file("large.yaml", proposal(8, 4));
  const { code, stdout, stderr } = await preview(path);
  expect(code).toBe(1);
  expect(stdout).toContain("✖ the stack would take 92 GPUs, and dynamo:budget.gpus is 80");
  expect(stdout).toContain("✖ the stack would take 92 GPUs, and the policies allow 80");
  expect(stderr).toContain(`error: stack prod has no room for what ${path} proposes`);
  const comment = (await preview(path, "--markdown")).stdout;
  expect(comment).toContain("### ❌ dynamo/prod");
  expect(comment).toContain("> ❌ the stack would take 92 GPUs, and the policies allow 80");
  expect(comment).toContain("- DynamoGraphDeployment dynamo/proposed: 24 GPUs for Qwen/Qwen3-8B");
});

test("one for a model that the stack serves is counted in the place of its graph", async () => {
  const path = file("same.yaml", proposal(4, 4, "Qwen/Qwen2.5-72B-Instruct"));
  expect(await sizing(path)).toMatchObject({ replaces: ["qwen-72b"], gpus: 20, total: 24, refusals: [] });
  // A model of 72B on one GPU of 80 GB, as prefill has it here.
  expect((await sizing(path)).warnings.join()).toMatch(/Prefill needs .* of its GPU for the weights/);
});

test("what can't be counted, or has no price, is told and not taken for fine", async () => {
  const cluster = {
    apiVersion: "ray.io/v1",
    kind: "RayCluster",
    metadata: { name: "a", namespace: "b" },
    spec: {},
  };
  const { code, stdout } = await preview(file("ray.yaml", proposal(1, 1), cluster));
  expect([code, stdout]).toEqual([1, expect.stringMatching(/✖ GPUs that can't be counted: RayCluster b\/a/)]);
  const small = file("small.yaml", proposal(1, 0));
  const { sizing: unpriced } = JSON.parse((await run("preview", "--sizing", small, "--json")).stdout);
  expect(unpriced.warnings).toContainEqual("the price of nvidia.com/gpu is not known (dynamo:budget)");
  expect(unpriced).not.toHaveProperty("costPerDay");
});

test.each<[string, readonly object[], RegExp]>([
  ["nothing but a ConfigMap", [configMap], /sizes nothing: name a file with a DynamoGraphDeployment/],
  [
    "a request that is not profiled yet",
    [request("v1beta1", { phase: "Profiling" })],
    /no generated graph in its status/,
  ],
  ["a request without a status", [{ ...request("v1alpha1", {}), status: null }], /no generated graph/],
  [
    "a request whose status is something else",
    [request("v1alpha1", { generatedDeployment: { kind: "Pod", spec: {} } })],
    /no generated graph/,
  ],
])("%s ends in one line", async (name, objects, message) => {
  const { code, stdout, stderr } = await preview(file(`${name}.yaml`, ...objects));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toMatch(message);
});
