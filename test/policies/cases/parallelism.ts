import { type Case, unknown } from "../judge";
import { component, deployment, gpus, graph, newGraph, worker } from "../objects";

const where = "DynamoGraphDeployment dynamo/llama: Worker";

/** A worker that is given GPUs and starts this in a shell. */
const shell = (count: number, line: string, rest: object = {}) =>
  graph({ Worker: worker(count, { command: ["/bin/sh", "-c"], args: [line] }, { ...rest }) });

const words = (count: number, ...args: unknown[]) =>
  graph({ Worker: worker(count, { command: ["python3"], args }) });

const vllm = "python3 -m dynamo.vllm --model Qwen/Qwen3-0.6B";
const sglang = "python3 -m dynamo.sglang --model-path Qwen/Qwen3-0.6B";
const trtllm = "python3 -m dynamo.trtllm --model-path Qwen/Qwen3-0.6B";

const runs = (needed: number, given: number) => [
  `${where} runs on ${needed} GPUs by its arguments, and is given ${given}`,
];
const uneven = (heads: number, model: string, gpus: number, better: string) => [
  `${where} divides the ${heads} attention heads of ${model} among ${gpus} GPUs, which does not come out even: take ${better} (gpus, or its tensor parallel size)`,
];
const unread = [`${where} has a parallel size that can't be read: write a number`];

const passes: readonly Case[] = [
  ["one GPU by default", [shell(1, vllm)], []],
  ["in two words of a line", [shell(8, `${vllm} --tensor-parallel-size 8`)], []],
  ["in one word of a line", [shell(8, `${vllm} --tensor-parallel-size=8`)], []],
  ["in two words of a list", [words(8, "-m", "dynamo.vllm", "--tensor-parallel-size", "8")], []],
  ["in one word of a list", [words(8, "-m", "dynamo.vllm", "--tensor-parallel-size=8")], []],
  ["as a number of a list", [words(8, "-m", "dynamo.vllm", "--tensor-parallel-size", 8)], []],
  ["in quotes", [shell(2, `${vllm} --tensor-parallel-size="2"`)], []],
  ["with underscores", [shell(2, `${vllm} --tensor_parallel_size 2`)], []],
  ["on lines of their own", [shell(4, `${vllm} \\\n  --tensor-parallel-size 2 \\\n  -pp 2\n`)], []],
  ["twice, of which the last counts", [shell(4, `${vllm} --tensor-parallel-size 2 -tp 4`)], []],
  ["tensor x pipeline x data", [shell(8, `${vllm} -tp 2 -pp 2 -dp 2`)], []],
  ["prefill context", [shell(4, `${vllm} -tp 2 --prefill-context-parallel-size 2`)], []],
  ["decode context, which shares", [shell(4, `${vllm} -tp 4 --decode-context-parallel-size 2`)], []],
  ["expert parallel, which shares", [shell(8, `${vllm} -tp 2 -dp 4 --enable-expert-parallel`)], []],
  ["several nodes", [shell(8, `${vllm} -tp 16`, { multinode: { nodeCount: 2 } })], []],
  ["data parallel by node", [shell(8, `${vllm} -dp 16 -dpl 8`, { multinode: { nodeCount: 2 } })], []],
  ["a part of a data parallel group", [shell(4, `${vllm} -dp 16 --data-parallel-size-local 4`)], []],
  ["one rank", [shell(2, `${vllm} -tp 2 -dp 4 --data-parallel-rank 1`)], []],
  [
    "ranks of a loop",
    [shell(4, `for i in 0 1 2 3; do ${vllm} -dp 4 --data-parallel-rank $i & done; wait`)],
    [],
  ],
  ["several engines", [shell(3, `${vllm} -tp 2& ${vllm} -tp 1; wait`)], []],
  ["SGLang", [shell(8, `${sglang} --tp 4 --dp-size 2`)], []],
  ["SGLang's data parallel attention", [shell(8, `${sglang} --tp-size 8 --dp 8 --enable-dp-attention`)], []],
  [
    "SGLang's ranks, each with all heads",
    [shell(6, "python3 -m dynamo.sglang --model-path Qwen/Qwen3-8B --tp 6 --dp 6 --enable-dp-attention")],
    [],
  ],
  ["heads of a model that is not known", [shell(3, "python3 -m dynamo.vllm --model acme/one -tp 3")], []],
  ["TensorRT-LLM", [shell(4, `${trtllm} --tensor-parallel-size 4 --expert-parallel-size 4`)], []],
  ["sizes in TensorRT-LLM's file", [shell(4, `${trtllm} --extra-engine-args /engine/agg.yaml`)], []],
  [
    "sizes in TensorRT-LLM's JSON",
    [shell(4, `${trtllm} --override-engine-args '{"tensor_parallel_size":4}'`)],
    [],
  ],
  ["sizes in SGLang's file", [shell(8, `${sglang} --config /config/decode.yaml`)], []],
  ["a flag on one line and its value on the next", [shell(4, `${vllm} --tensor-parallel-size \\\n 4`)], []],
  ["JSON that a variable has", [shell(4, `${trtllm} --override-engine-args "$OVERRIDE"`)], []],
  [
    "a flag that goes before its env",
    [
      graph({
        Worker: worker(2, {
          command: ["/bin/sh", "-c"],
          args: [`${trtllm} --tensor-parallel-size 2`],
          env: [{ name: "DYN_TRTLLM_TENSOR_PARALLEL_SIZE", value: "4" }],
        }),
      }),
    ],
    [],
  ],
  ["a script", [shell(4, "./launch/disagg.sh --tp 2")], []],
  ["a frontend", [shell(1, "python3 -m dynamo.frontend")], []],
  ["no component of a graph", [deployment({ args: [`${vllm} -tp 2`], resources: gpus(1) })], []],
  ["an object without pods", [{ apiVersion: "v1", kind: "ConfigMap", metadata: {} }], []],
  [
    "engines in two containers",
    [
      newGraph([
        component(
          "Worker",
          "worker",
          {},
          {
            podTemplate: {
              spec: {
                containers: [
                  { name: "main", args: [`${vllm} -tp 2`], resources: gpus(2) },
                  { name: "draft", args: [vllm], resources: gpus(1) },
                ],
              },
            },
          },
        ),
      ]),
    ],
    [],
  ],
];

const failures: readonly Case[] = [
  ["too few", [shell(4, `${vllm} --tensor-parallel-size 8`)], runs(8, 4)],
  ["too many", [shell(8, vllm)], runs(1, 8)],
  ["too few nodes", [words(8, "-m", "dynamo.vllm", "-tp", "16")], runs(16, 8)],
  ["nodes left out", [shell(8, `${vllm} -tp=8`, { multinode: { nodeCount: 2 } })], runs(8, 16)],
  ["data parallel left out", [shell(2, `${sglang} --tp 2 --dp 2`)], runs(4, 2)],
  ["vLLM shares no attention", [shell(8, `${vllm} -tp 8 -dp 8`)], runs(64, 8)],
  ["a pipeline of TensorRT-LLM", [shell(4, `${trtllm} --pipeline-parallel-size 2`)], runs(2, 4)],
  ["a size beside a file", [shell(4, `${sglang} --config /config/decode.yaml --tp 2`)], runs(2, 4)],
  ["one of several engines", [shell(2, `${vllm} -tp 2 & ${vllm} & wait`)], runs(3, 2)],
  ["a flag cut short", [words(1, "-m", "dynamo.vllm", "--tensor-parallel", "4")], runs(4, 1)],
  ["a flag and its value in quotes", [shell(1, `${vllm} '--tensor-parallel-size' '4'`)], runs(4, 1)],
  ["a flag with its value in quotes", [shell(1, `${sglang} "--tp-size=4"`)], runs(4, 1)],
  [
    "JSON that TensorRT-LLM reads before its flag",
    [shell(4, `${trtllm} --tensor-parallel-size 4 --override-engine-args '{"tensor_parallel_size": 8}'`)],
    runs(8, 4),
  ],
  ["a part of that JSON", [shell(1, `${trtllm} --trtllm.tensor_parallel_size 4`)], runs(4, 1)],
  ...(
    [
      ["DYN_TRTLLM_TENSOR_PARALLEL_SIZE", "4"],
      ["DYN_TRTLLM_OVERRIDE_ENGINE_ARGS", '{"tensor_parallel_size": 4}'],
    ] as const
  ).map(
    ([name, value]): Case => [
      `TensorRT-LLM's ${name}`,
      [graph({ Worker: worker(1, { command: ["/bin/sh", "-c"], args: [trtllm], env: [{ name, value }] }) })],
      runs(4, 1),
    ],
  ),
  [
    "a graph of v1beta1",
    [newGraph([component("Worker", "decode", { args: [`${vllm} -tp 4`], resources: gpus("2") })])],
    runs(4, 2),
  ],
  ["a shell's variable", [shell(2, `${vllm} --tensor-parallel-size $TP`)], unread],
  ["Kubernetes' variable", [words(2, "-m", "dynamo.vllm", "--tensor-parallel-size=$(TP)")], unread],
  ["a word", [shell(2, `${vllm} -tp auto`)], unread],
  ["a flag without its value", [shell(2, `${vllm} -tp --enforce-eager`)], unread],
  [
    "more GPUs than share the heads evenly",
    [shell(8, "python3 -m dynamo.vllm --model Qwen/Qwen2.5-7B-Instruct -tp 8")],
    uneven(28, "Qwen/Qwen2.5-7B-Instruct", 8, "7 or 14"),
  ],
  [
    "fewer",
    [shell(3, "python3 -m dynamo.sglang --model-path Qwen/Qwen3-8B --tp 3")],
    uneven(32, "Qwen/Qwen3-8B", 3, "2 or 4"),
  ],
  [
    "more than there are heads",
    [shell(64, "python3 -m dynamo.vllm --model Qwen/Qwen3-8B -tp 64")],
    uneven(32, "Qwen/Qwen3-8B", 64, "32"),
  ],
  [
    "ranks that share attention",
    [shell(6, "python3 -m dynamo.sglang --model-path Qwen/Qwen3-8B --tp 6 --dp 2 --enable-dp-attention")],
    uneven(32, "Qwen/Qwen3-8B", 3, "2 or 4"),
  ],
];

const notKnownYet: readonly Case[] = [
  ["a size that is not known yet", [words(2, "-m", "dynamo.vllm", "-tp", unknown)], []],
  ["a word that is not known yet", [words(2, "-m", "dynamo.vllm", unknown)], []],
  [
    "arguments that are not known yet",
    [graph({ Worker: worker(2, { command: ["dynamo.vllm"], args: unknown }) })],
    [],
  ],
  ["nodes that are not known yet", [shell(8, `${vllm} -tp 16`, { multinode: { nodeCount: unknown } })], []],
  [
    "an image that is not known yet",
    [graph({ Worker: worker(2, { image: unknown, args: [vllm] }) })],
    runs(1, 2),
  ],
];

export const cases = { parallelism: [...passes, ...failures, ...notKnownYet] };
