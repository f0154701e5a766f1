import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelConfig, modelSizes } from "../../../rehearsal/engines/modelSizes";
import { writeTinyModel } from "../../../rehearsal/runtime/tinyModel";

const folder = mkdtempSync(join(tmpdir(), "model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = async (file: string) => JSON.parse(await readFile(join(folder, file), "utf8"));

test.each(modelSizes)("heads of %s divide its hidden size, and share KV heads evenly", (size) => {
  const { hidden_size, num_attention_heads, num_key_value_heads } = modelConfig(size) as Record<
    string,
    number
  >;
  expect((hidden_size ?? 0) % (num_attention_heads ?? 0)).toBe(0);
  expect((num_attention_heads ?? 0) % (num_key_value_heads ?? 0)).toBe(0);
});

test("a model's own config.json is taken, with the vocabulary and the ends of the tokenizer that goes with it", async () => {
  const file = join(folder, "given.json");
  const given = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: 4096,
    vocab_size: 128256,
    eos_token_id: 128009,
  };
  writeFileSync(file, JSON.stringify(given));
  await writeTinyModel(folder, modelConfig(file));
  const { model } = await read("tokenizer.json");
  const config = await read("config.json");
  expect(config).toMatchObject({ architectures: ["LlamaForCausalLM"], hidden_size: 4096 });
  expect(config.vocab_size).toBe(Object.keys(model.vocab).length);
  expect(config.eos_token_id).toBe(model.vocab["<|im_end|>"]);
});

test.each([
  ["8b", undefined],
  ["no-model.json", '{"a": 1}'],
  ["no-json.json", "{"],
])("%s is refused in one line", (name, content) => {
  const path = content === undefined ? name : join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  expect(() => modelConfig(path)).toThrow(/^--model-size takes 0\.5b, .* or a model's config\.json, and .*$/);
});
