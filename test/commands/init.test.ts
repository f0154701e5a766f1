import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Answers } from "../../commands/init/answers";
import { exampleNames, exampleText } from "../../commands/init/examples";
import { nextSteps, someExamples } from "../../commands/init/nextSteps";
import { policyFile, stackFile } from "../../commands/init/stackFile";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { parseConfig } from "../../config/parse";
import { projectDir } from "../../config/project";
import { inStateOfItsOwn } from "../pulumiState";
import { run } from "./command";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "init-"));
afterAll(() => rmSync(folder, { recursive: true }));

const small: Answers = { model: "Qwen/Qwen3-8B", mode: "kubernetes", runtime: "0.8.1", workers: 1, gpus: 1 };

test.each<[string, Answers]>([
  ["a first try", small],
  ["large", { ...small, mode: "nats-etcd", runtime: "1.4.2", workers: 2, gpus: 8 }],
  ["apart", { ...small, runtime: "1.6.1", workers: 2, gpus: 4, disaggregated: true, namespace: "llm" }],
  ["agreed", { ...small, runtime: "1.6.1", workers: 2, gpus: 8, disaggregated: true, budget: 64 }],
])("%s previews green, by default within the policies' own limits", async (name, answers) => {
  const values = Object.entries(parse(stackFile("dynamo", name, answers)).config);
  const config = Object.fromEntries(values.map(([key, value]) => [key, JSON.stringify(value)]));
  const settings = parseConfig("dynamo", name, config, () => false);
  const policies = join(folder, "policies.json");
  writeFileSync(policies, policyFile(answers));
  const { summary } = await inStateOfItsOwn(() =>
    previewStack(
      { project: "dynamo", name, config, secretKeys: [], settings },
      readPolicySettings(name, policies),
      {},
    ),
  );
  expect(summary).toMatchObject({ refused: false, refusals: [], policies: { violations: [] } });
  const { budget, total } = summary.outputs.gpus;
  expect(budget).toBe(answers.budget ?? Math.min(2 * total, 16));
  expect(JSON.parse(policyFile(answers))).toEqual({ "gpu-budget": { gpus: budget } });
});

test("the file is one that editors and people read", () => {
  expect(stackFile("dynamo", "chat", small)).toBe(`# yaml-language-server: $schema=./config/stack.schema.json
config:
  dynamo:discovery: { mode: kubernetes }
  dynamo:runtime: { version: 0.8.1 }
  dynamo:graphs:
    - name: qwen3-8b
      model: Qwen/Qwen3-8B
      workers: { replicas: 1, gpus: 1 }
  # The graph takes 1 GPU, and 2 while a new one replaces it (dynamo:switchover).
  dynamo:budget: { gpus: 2 }
`);
});

test.each<[Partial<Answers>, string]>([
  [{ gpus: 8 }, "{ gpus: 16 }"],
  [{ gpus: 8, budget: 12 }, "{ gpus: 12 }"],
])("the file says where %p leave no room for two graphs", (answers, budget) => {
  const lines = stackFile("dynamo", "chat", { ...small, ...answers })
    .trimEnd()
    .split("\n")
    .slice(-2);
  const taken = "  # The graph takes 8 GPUs, and 16 while a new one replaces it (dynamo:switchover)";
  const room = answers.budget
    ? ": for that write more, in policies/config/chat.json too, or dynamo:switchover: recreate."
    : ".";
  expect(lines).toEqual([taken + room, `  dynamo:budget: ${budget}`]);
});

test.each<[Partial<Answers>, RegExp]>([
  [{ gpus: 9 }, /^a worker of 9 GPUs is .* allows 8: write fewer, or start from (\S+)$/],
  [{ gpus: 8, workers: 8 }, /^8 workers of 8 GPUs take 64, .* allows 16: .* policies\/config\/chat.json$/],
  [
    { gpus: 8, workers: 2, disaggregated: true },
    /^the graph takes 32 GPUs, and the budget is 16: .*--budget$/,
  ],
  [{ workers: 2, budget: 1 }, /^the graph takes 2 GPUs, and the budget is 1: /],
])("no limit is raised to fit %p", (answers, message) => {
  expect(() => stackFile("dynamo", "chat", { ...small, ...answers })).toThrow(message);
});

test("the examples that it names are there", () => {
  for (const example of ["multi-node", ...someExamples])
    expect(existsSync(join(projectDir, `examples/Pulumi.${example}.yaml`))).toBe(true);
});

test("it says where to go on", () => {
  const steps = nextSteps("chat", { ...small, namespace: "llm", budget: 32 });
  for (const part of [
    "npm run preview -- --stack chat",
    "a Secret with HF_TOKEN in namespace llm",
    "pulumi config set --secret huggingFaceToken --stack chat",
    "examples/README.md",
    "docs/configuration.md",
    "the policies allow 32 GPUs now, 16 by default",
  ])
    expect(steps).toContain(part);
  expect(nextSteps("chat", small)).not.toContain("the policies");
});

test.each([
  ["Qwen/Qwen3-8B", "qwen3-8b"],
  ["deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "deepseek-r1-distill"],
  ["01-ai/1.5-Yi", "yi"],
  ["/models/7", "model"],
])("%s is served by the graph %s", (model, name) => {
  expect(parse(stackFile("dynamo", "chat", { ...small, model })).config["dynamo:graphs"][0].name).toBe(name);
});

test.each([
  [{ model: "a: b" }, /must be a model's name.*at dynamo:graphs\[0\].model/],
  [{ runtime: "0.7.1" }, /at dynamo:discovery.mode/],
  [{ runtime: "{}" }, /at dynamo:runtime.version/],
])("answers that make no stack are refused as a config is: %p", (answers, message) => {
  expect(() => stackFile("dynamo", "chat", { ...small, ...answers })).toThrow(message);
});

test("a stack that is there is left alone", async () => {
  const { code, stderr } = await run("init", "dev", "--model", "Qwen/Qwen3-8B");
  expect([code, stderr]).toEqual([1, expect.stringContaining("Pulumi.dev.yaml is there already")]);
});

test("a copy of an example leads editors to the schema from where it lies", () => {
  expect(exampleNames).toEqual(expect.arrayContaining(someExamples));
  for (const name of exampleNames)
    expect([name, exampleText(name).split("\n", 1)]).toEqual([
      name,
      ["# yaml-language-server: $schema=./config/stack.schema.json"],
    ]);
});

test.each([
  [["--example", "nope"], /^error: --example can't be "nope": write aggregated, arm, .* or wide-ep\n$/],
  [
    ["--example", "lora", "--gpus", "2"],
    /^error: option '--example <name>' cannot be used with option '-g, --gpus/,
  ],
])("init chat %j is refused", async (args, words) =>
  expect(await run("init", "chat", ...args)).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(words),
  }),
);
