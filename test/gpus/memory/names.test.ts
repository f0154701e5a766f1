/** What names tell: of models, and of GPUs. */
import { memoryOfProduct, memoryOfSlice } from "../../../gpus/memory/gpuProducts";
import { families } from "../../../gpus/memory/modelFamilies";
import { sizeByName, sizeOfModel, weightGigabytes } from "../../../gpus/memory/modelSize";
import { productsOf } from "../../../gpus/products";

test.each([
  ["Qwen/Qwen2.5-72B-Instruct", 72.71, "bf16", "its family"],
  ["Qwen/Qwen3-4B-Instruct-2507-FP8", 4.02, "fp8", "its family"],
  ["meta-llama/Meta-Llama-3.1-8B-Instruct", 8.03, "bf16", "its family"],
  ["nvidia/Llama-3.3-70B-Instruct-NVFP4", 70.55, "nvfp4", "its family"],
  ["/models/DeepSeek-R1-Distill-Llama-70B/", 70.55, "bf16", "its family"],
  ["deepseek-ai/DeepSeek-V3.1", 671.03, "fp8", "its family"],
  ["openai/gpt-oss-20b", 20.91, "mxfp4", "its family"],
  ["TheBloke/Mixtral-8x7B-Instruct-v0.1-AWQ", 46.7, "int4", "its family"],
  ["acme/assistant-13b-chat", 13, "bf16", "its name"],
  ["acme/assistant_500M_w8a8", 0.5, "int8", "its name"],
  ["Qwen/Qwen3-Next-80B-A3B-Instruct", 80, "bf16", "its name"],
])("%s has %d", (name, parameters, precision, by) =>
  expect(sizeByName(name)).toMatchObject({ parameters, precision, by }),
);

test.each(["acme/assistant", "acme/8x3b-mix", "acme/Qwen3-8B-GGUF", "acme/qwen3-8b-lora", "acme/v2.5-beta"])(
  "%s tells nothing",
  (name) => expect(sizeByName(name)).toBeUndefined(),
);

/** A model of each family, by its name on the Hugging Face hub. */
const onTheHub = [
  "Qwen/Qwen2.5-0.5B-Instruct",
  "Qwen/Qwen2.5-1.5B-Instruct",
  "Qwen/Qwen2.5-3B-Instruct",
  "Qwen/Qwen2.5-7B-Instruct",
  "Qwen/Qwen2.5-14B-Instruct",
  "Qwen/Qwen2.5-32B-Instruct",
  "Qwen/Qwen2.5-72B-Instruct",
  "Qwen/QwQ-32B",
  "Qwen/Qwen3-0.6B",
  "Qwen/Qwen3-1.7B",
  "Qwen/Qwen3-4B",
  "Qwen/Qwen3-4B-Instruct-2507",
  "Qwen/Qwen3-4B-Thinking-2507",
  "Qwen/Qwen3-8B",
  "Qwen/Qwen3-14B",
  "Qwen/Qwen3-32B",
  "Qwen/Qwen3-30B-A3B",
  "Qwen/Qwen3-30B-A3B-Instruct-2507",
  "Qwen/Qwen3-30B-A3B-Thinking-2507",
  "Qwen/Qwen3-Coder-30B-A3B-Instruct",
  "Qwen/Qwen3-235B-A22B",
  "Qwen/Qwen3-235B-A22B-Instruct-2507",
  "Qwen/Qwen3-235B-A22B-Thinking-2507",
  "Qwen/Qwen3-Coder-480B-A35B-Instruct",
  "meta-llama/Llama-3.2-1B-Instruct",
  "meta-llama/Llama-3.2-3B-Instruct",
  "meta-llama/Meta-Llama-3-8B-Instruct",
  "meta-llama/Llama-3.1-8B-Instruct",
  "meta-llama/Meta-Llama-3-70B-Instruct",
  "meta-llama/Llama-3.1-70B-Instruct",
  "meta-llama/Llama-3.3-70B-Instruct",
  "meta-llama/Llama-3.1-405B-Instruct",
  "meta-llama/Llama-3.1-405B-FP8",
  "meta-llama/Llama-3.1-405B-Instruct-FP8",
  "mistralai/Mistral-7B-Instruct-v0.3",
  "mistralai/Mistral-Small-24B-Instruct-2501",
  "mistralai/Mistral-Small-3.1-24B-Instruct-2503",
  "mistralai/Mistral-Small-3.2-24B-Instruct-2506",
  "mistralai/Mixtral-8x7B-Instruct-v0.1",
  "mistralai/Mixtral-8x22B-Instruct-v0.1",
  "deepseek-ai/DeepSeek-V2-Lite-Chat",
  "deepseek-ai/DeepSeek-V3-0324",
  "deepseek-ai/DeepSeek-V3.1",
  "deepseek-ai/DeepSeek-V3.2",
  "deepseek-ai/DeepSeek-R1-0528",
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
  "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
  "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
  "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
  "openai/gpt-oss-20b",
  "openai/gpt-oss-120b",
  "zai-org/GLM-4.5",
  "zai-org/GLM-4.5-Air",
  "moonshotai/Kimi-K2-Instruct",
  "microsoft/phi-4",
];

test("each family is that of a model of the hub", () => {
  expect(onTheHub.filter((name) => sizeByName(name)?.by !== "its family")).toEqual([]);
  const lengths = (one: string, other: string) => other.length - one.length;
  const keys = families.map(({ key }) => key).sort(lengths);
  const found = onTheHub.map((name) => keys.find((key) => name.toLowerCase().includes(key)));
  expect(keys.filter((key) => !found.includes(key))).toEqual([]);
});

test("families are about as large as their names say, and no part is larger than the whole", () => {
  const named = families.flatMap((family) => {
    const [, billions] = /-([\d.]+)b(?:-|$)/.exec(family.key) ?? [];
    return billions === undefined ? [] : [{ ...family, ratio: family.parameters / Number(billions) }];
  });
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter(({ ratio }) => ratio < 0.95 || ratio > 1.24)).toEqual([]);
  for (const { key, parameters, experts = 0, unquantized = 0 } of families)
    expect([key, experts + unquantized <= parameters]).toEqual([key, true]);
});

test("heads of families share their cache evenly, each of a power of two", () => {
  for (const { key, heads = 0, kvHeads = 0, kvBytesPerToken = 0, context = 0 } of families)
    expect([key, heads % kvHeads, kvBytesPerToken % (4 * 32 * kvHeads), context % 1024]).toEqual([
      key,
      0,
      0,
      0,
    ]);
});

test("families have the cache of their config.json", () => {
  // Llama-3.1-8B: 2 x 32 layers x 8 heads x 128 x 2 bytes.
  expect(sizeByName("llama-3.1-8b")).toMatchObject({ kvBytesPerToken: 131_072, kvHeads: 8, heads: 32 });
  // DeepSeek-R1: 61 layers x (512 + 64) x 2 bytes, of which each GPU has all.
  expect(sizeByName("deepseek-r1")).toMatchObject({ kvBytesPerToken: 70_272, kvHeads: 1 });
  // gpt-oss-120b: every other of 36 layers only looks at 128 tokens.
  expect(sizeByName("gpt-oss-120b")?.kvBytesPerToken).toBe(2 * 18 * 8 * 64 * 2);
});

test("what is told comes before what the name tells, and leaves the rest to it", () => {
  expect(sizeOfModel("Qwen/Qwen3-8B", { parameters: 9, kvBytesPerToken: 1_000 })).toMatchObject({
    parameters: 9,
    precision: "bf16",
    kvBytesPerToken: 1_000,
    heads: 32,
    context: 40_960,
    by: "dynamo:graphs[].modelSize",
  });
  expect(sizeOfModel("acme/assistant", { parameters: 9, precision: "int4" })).toMatchObject({ kvHeads: 1 });
  const mixture = { parameters: 30, experts: 29, unquantized: 0.6, kvHeads: 4, heads: 24 };
  expect(sizeOfModel("Qwen/Qwen3-8B", mixture)).toMatchObject({ ...mixture, context: 40_960 });
  expect(sizeOfModel("acme/assistant", undefined)).toBeUndefined();
});

test("embeddings stay as they are when the rest is quantized", () => {
  const gigabytes = (name: string) => Math.round(weightGigabytes(sizeByName(name) ?? fail()) * 10) / 10;
  expect(gigabytes("llama-3.1-8b")).toBe(16.1);
  expect(gigabytes("llama-3.1-8b-fp8")).toBe(9.1);
});

const fail = () => {
  throw new Error("it has no size");
};

test.each([
  ["NVIDIA-H100-80GB-HBM3", 79],
  ["NVIDIA-H200", 139.8],
  ["nvidia-h200-141gb", 139.8],
  ["NVIDIA-A100-SXM4-40GB", 39.4],
  ["NVIDIA-A100-80GB-PCIe", 79.4],
  ["NVIDIA-L40S", 44.4],
  ["nvidia-tesla-t4", 14.4],
  ["Tesla-V100-SXM2-32GB", 31.4],
  ["NVIDIA-GB200", 184.4],
  ["NVIDIA-H100-80GB-HBM3-MIG-3g.40gb", 38],
])("%s has %d GiB", (product, memory) => expect(memoryOfProduct(product)).toBeCloseTo(memory, 0));

test.each(["ACME-X1", "NVIDIA-A100", "NVIDIA-L4-SHARED", "p5.48xlarge", "toString"])(
  "of %s the memory is not known",
  (product) => expect(memoryOfProduct(product)).toBeUndefined(),
);

test("a slice tells its memory, and other resources none", () => {
  expect(memoryOfSlice("nvidia.com/mig-3g.40gb")).toBe(38);
  expect(memoryOfSlice("nvidia.com/gpu")).toBeUndefined();
});

test("pods name kinds of GPU by selector and by affinity", () => {
  const key = "cloud.google.com/gke-accelerator";
  const terms = (values: string[]) => [{ matchExpressions: [{ key, operator: "In", values }] }];
  const affinity = (values: string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms(values) },
    },
  });
  expect(productsOf({ nodeSelector: { [key]: "nvidia-l4", other: "x" } })).toEqual(["nvidia-l4"]);
  expect(productsOf({ affinity: affinity(["nvidia-l4", "nvidia-h100-80gb"]) })).toHaveLength(2);
  expect(productsOf({})).toEqual([]);
});
