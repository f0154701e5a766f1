import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Answers, policyFile, stackFile } from "../../commands/init/stackFile";
import { readPolicySettings } from "../../commands/preview/policySettings";
import { previewStack } from "../../commands/preview/previewStack";
import { parseConfig } from "../../config/parse";
import { inStateOfItsOwn } from "../pulumiState";
import { run } from "./command";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "init-"));
afterAll(() => rmSync(folder, { recursive: true }));

const small: Answers = { model: "Qwen/Qwen3-8B", mode: "kubernetes", runtime: "0.8.1", workers: 1, gpus: 1 };

test.each<[string, Answers]>([
  ["a first try", small],
  ["a large one", { ...small, mode: "nats-etcd", runtime: "1.4.2", workers: 8, gpus: 8 }],
])("%s previews green, with room for a change of the mode", async (name, answers) => {
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
  expect(summary.outputs.gpus.budget).toBe(2 * summary.outputs.gpus.total);
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
  dynamo:budget: { gpus: 2 }
`);
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
