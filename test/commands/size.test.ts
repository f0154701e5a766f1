/** `npm run size`: the setting that it writes is one, and files that are no config.json end in one line. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { sizeOutput } from "../../commands/size/output";
import { modelSize } from "../../config/modelSize";
import { run } from "./command";

const dir = mkdtempSync(join(tmpdir(), "size-"));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

const mixture = {
  model_type: "mixtral",
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  num_local_experts: 8,
  vocab_size: 32_000,
  max_position_embeddings: 32_768,
  torch_dtype: "bfloat16",
};
const setting = {
  parameters: 46.703,
  experts: 45.097,
  unquantized: 0.26214,
  precision: "bf16",
  heads: 32,
  kvHeads: 8,
  kvBytesPerToken: 131_072,
  context: 32_768,
};

test("what it prints is the setting, as the config takes it", async () => {
  const { code, stdout, stderr } = await run("size", file("config.json", JSON.stringify(mixture)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^# mixtral: 32 layers, 93\.41 GB of weights\nmodelSize:\n/);
  expect(parse(stdout).modelSize).toEqual(setting);
  expect(modelSize.parse(parse(stdout).modelSize)).toEqual(setting);
});

test("for machines, by its schema", async () => {
  const path = file("sliding.json", JSON.stringify({ ...mixture, torch_dtype: "int3" }));
  const { stdout, stderr } = await run("size", path, "--json");
  const { precision: _, ...rest } = setting;
  expect(z.strictObject(sizeOutput.shape).parse(JSON.parse(stdout))).toEqual({
    type: "mixtral",
    layers: 32,
    weights: 93.41,
    modelSize: rest,
    notes: ["its config tells no known type of weights: write the precision yourself"],
  });
  expect(stderr).toBe("");
  expect((await run("size", path)).stderr).toMatch(/^warning: its config tells no known type/);
});

test("how the weights are stored may be told beside it", async () => {
  const folder = mkdtempSync(join(dir, "quantized-"));
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify(mixture));
  const told = (text: string) => writeFileSync(join(folder, "hf_quant_config.json"), text);
  told('{"producer":{"name":"modelopt"},"quantization":{"quant_algo":"FP8"}}');
  expect(parse((await run("size", path)).stdout).modelSize).toEqual({ ...setting, precision: "fp8" });
  told("{");
  expect(await run("size", path)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: [^\n]*hf_quant_config\.json can't be read: [^\n]*JSON[^\n]*\n$/),
  });
});

test.each([
  ["that is not there", undefined, /nothing\.json: it is not there/],
  ["that is empty", "", /JSON/],
  ["that is no JSON", "model_type: llama", /JSON/],
  ["of another kind", "[1, 2]", /no config\.json/],
  ["that is nested without end", "[".repeat(500_000), /JSON|nested|stack/],
  ["that is too large", " ".repeat(2 ** 20 + 1), /more than 1 MiB/],
  ["of a hostile model", '{"model_type":"\\u001b[2J\\nllama"}', /is not known/],
])("a file %s ends in one line", async (_, content, message) => {
  const path = content === undefined ? join(dir, "nothing.json") : file("wrong.json", content);
  const { code, stdout, stderr } = await run("size", path);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toMatch(message);
});
