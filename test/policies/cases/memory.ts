import type { Case } from "../judge";
import { graph, worker } from "../objects";

const on = (product: string, gpus: number, line: string, pod: object = {}) => {
  const { extraPodSpec, ...rest } = worker(gpus, { command: ["/bin/sh", "-c"], args: [line] });
  const nodeSelector = { "nvidia.com/gpu.product": product };
  return graph({ Worker: { ...rest, extraPodSpec: { ...extraPodSpec, nodeSelector, ...pod } } });
};
const vllm = (model: string, rest = "") => `python3 -m dynamo.vllm --model ${model} ${rest}`;
const h100 = "NVIDIA-H100-80GB-HBM3";
const where = "DynamoGraphDeployment dynamo/llama: Worker";
const llama = "meta-llama/Llama-3.3-70B-Instruct";

const passes: readonly Case[] = [
  ["70B on four of 80 GB", [on(h100, 4, vllm(llama, "-tp 4"))], []],
  ["with a shorter text", [on("NVIDIA-L4", 8, vllm(llama, "-tp 8 --max-model-len 32k"))], []],
  ["in fewer bits", [on(h100, 2, vllm("nvidia/Llama-3.3-70B-Instruct-FP8", "-tp 2"))], []],
  ["quantized while it loads", [on(h100, 2, vllm(llama, "-tp 2 --quantization fp8"))], []],
  ["over pipeline stages", [on("NVIDIA-A100-SXM4-80GB", 4, vllm(llama, "-tp 2 -pp 2"))], []],
  [
    "experts over data parallel ranks",
    [
      on(
        "NVIDIA-H200",
        8,
        vllm(
          "deepseek-ai/DeepSeek-R1",
          "--data-parallel-size 8 --enable-expert-parallel --max-model-len 8192",
        ),
      ),
    ],
    [],
  ],
  [
    "a longer text by other positions",
    [on(h100, 1, vllm("Qwen/Qwen3-8B", `--max-model-len 100000 --hf-overrides '{}'`))],
    [],
  ],
  [
    "a longer text that the model's name tells",
    [on(h100, 1, vllm("acme/Qwen3-8B-128k", "--max-model-len 100000"))],
    [],
  ],
  [
    "a model whose number is an expert's",
    [on(h100, 1, vllm("meta-llama/Llama-4-Scout-17B-16E-Instruct"))],
    [],
  ],
  [
    "weights in four bits once they are loaded",
    [on(h100, 1, vllm(llama, "--quantization bitsandbytes --max-model-len 8192"))],
    [],
  ],
  [
    "a draft of a layer",
    [on(h100, 1, vllm("Qwen/Qwen3-8B", `--speculative-config '{"model":"acme/EAGLE3-70B"}'`))],
    [],
  ],
  [
    "a draft whose size is not known",
    [on("NVIDIA-L4", 1, vllm(llama, `--speculative-config '{"model":"acme/draft"}'`))],
    [],
  ],
  ["a model whose size its name hides", [on("NVIDIA-L4", 1, vllm("acme/assistant"))], []],
  ["a kind of GPU that is not known", [on("ACME-X1", 1, vllm(llama))], []],
  ["GPUs that are shared", [on("NVIDIA-L4-SHARED", 1, vllm(llama))], []],
  ["weights that are kept elsewhere", [on("NVIDIA-L4", 1, vllm(llama, "--cpu-offload-gb 130"))], []],
  ["no kind of GPU", [graph({ Worker: worker(1, { args: [vllm(llama)] }) })], []],
  ["no engine", [on("NVIDIA-L4", 1, "python3 -m dynamo.mocker --model-path meta-llama/Llama-3.3-70B")], []],
  [
    "SGLang, which starts with room for less",
    [on("NVIDIA-L40S", 8, `python3 -m dynamo.sglang --model-path ${llama} --tp 8`)],
    [],
  ],
];

const tooLarge = (
  of: string,
  weights: string,
  memory: string,
  usable: string,
  model: string,
  holds: string,
) =>
  `${where} needs ${weights} GiB ${of} for the weights of ${model}, and of ${memory} GiB ${usable} can be used: ${holds}`;

const tooLargeForSlice = tooLarge(
  "of its GPU",
  "15.3",
  "9.5",
  "6.9",
  "Qwen/Qwen3-8B",
  "take a larger slice, or whole GPUs, which can share a model",
);

const failures: readonly Case[] = [
  [
    "70B on one of 24 GB",
    [on("NVIDIA-L4", 1, vllm(llama))],
    [
      tooLarge(
        "of its GPU",
        "131.4",
        "21.9",
        "17.6",
        llama,
        "8 GPUs of this kind hold it with --max-model-len 31744",
      ),
    ],
  ],
  [
    "70B on one of 80 GB",
    [on(h100, 1, vllm(llama))],
    [tooLarge("of its GPU", "131.4", "79.0", "67.4", llama, "4 GPUs of this kind hold it")],
  ],
  [
    "what no node holds",
    [on("nvidia-l4", 8, vllm("deepseek-ai/DeepSeek-R1", "-tp 8"))],
    [
      tooLarge(
        "of each of its 8 GPUs",
        "78.3",
        "21.9",
        "15.1",
        "deepseek-ai/DeepSeek-R1",
        "take GPUs with more memory, several nodes (nodes and pipelineParallel), or fewer bits",
      ),
    ],
  ],
  [
    "a slice of a GPU",
    [
      graph({
        Worker: {
          componentType: "worker",
          resources: { limits: { custom: { "nvidia.com/mig-1g.10gb": "1" } } },
          extraPodSpec: {
            mainContainer: {
              args: [vllm("Qwen/Qwen3-8B")],
              resources: { limits: { "nvidia.com/mig-1g.10gb": "1" } },
            },
          },
        },
      }),
    ],
    [tooLargeForSlice],
  ],
  [
    "a node of GKE that is divided",
    [
      on("nvidia-a100-80gb", 1, vllm("Qwen/Qwen3-8B"), {
        nodeSelector: {
          "cloud.google.com/gke-accelerator": "nvidia-a100-80gb",
          "cloud.google.com/gke-gpu-partition-size": "1g.10gb",
        },
      }),
    ],
    [tooLargeForSlice],
  ],
  [
    "a part of a GPU by its name",
    [on("NVIDIA-A10-4Q", 1, vllm("Qwen/Qwen3-8B"))],
    [expect.stringMatching(/needs 15.3 GiB of its GPU .* of 3.4 GiB/)],
  ],
  [
    "32 bits",
    [on("NVIDIA-L4", 1, vllm("meta-llama/Llama-3.1-8B-Instruct", "--dtype=float32 --max-model-len 2048"))],
    [expect.stringMatching(/needs 29.9 GiB of its GPU for the weights/)],
  ],
  [
    "a draft beside it",
    [on(h100, 2, vllm(llama, `-tp 2 --speculative-config '{"model":"meta-llama/Llama-3.1-8B-Instruct"}'`))],
    [expect.stringMatching(/needs 73.2 GiB of each of its 2 GPUs/)],
  ],
  [
    "a longer text than the model takes",
    [on(h100, 1, vllm("Qwen/Qwen3-8B", "--max-model-len 100000"))],
    [
      `${where} asks for texts of 100000 tokens, and Qwen/Qwen3-8B takes 40960: pass --max-model-len 40960, or stretch its positions by --hf-overrides`,
    ],
  ],
  [
    "more than all of a GPU, by a flag cut short",
    [on(h100, 1, vllm("Qwen/Qwen3-8B", "--gpu-memory-util 1.3"))],
    [`${where} takes 1.3 of its GPUs' memory: write a share between 0 and 1`],
  ],
  [
    "nothing kept elsewhere",
    [on("NVIDIA-L4", 1, vllm("Qwen/Qwen3-32B", "--cpu-offload-gb 0"))],
    [expect.stringMatching(/needs 61.0 GiB of its GPU/)],
  ],
  [
    "a text of full length without room",
    [on("NVIDIA-L40S", 1, vllm("Qwen/Qwen2.5-14B-Instruct-1M", "--max-model-len 128K"))],
    [
      `${where} needs a KV cache for 131072 tokens, the longest text of Qwen/Qwen2.5-14B-Instruct-1M, and its GPU has room for 55775: pass --max-model-len 50176, or 2 GPUs of this kind hold it`,
    ],
  ],
  [
    "GPUs as the settings tell them",
    [graph({ Worker: worker(1, { args: [vllm(llama)] }) })],
    [tooLarge("of its GPU", "131.4", "40.0", "33.4", llama, "8 GPUs of this kind hold it")],
    { gpuMemory: "40Gi" },
  ],
  [
    "models as the settings tell them",
    [on(h100, 1, vllm("acme/assistant"))],
    [tooLarge("of its GPU", "93.1", "79.0", "67.4", "acme/assistant", "2 GPUs of this kind hold it")],
    { models: { "acme/assistant": { parameters: 50 } } },
  ],
];

export const cases = { "gpu-memory": [...passes, ...failures] };
