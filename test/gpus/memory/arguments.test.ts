/** What the arguments of engines tell of their memory. */
import { type EngineMemory, engineMemory } from "../../../gpus/memory/engineMemory";
import { workloadsOf } from "../../../gpus/workloads";
import { summariseMemory } from "../../../plan/graph/memory";
import { graph, worker } from "../../policies/objects";

function engineOf(rest: string): EngineMemory {
  const args = [`python3 -m dynamo.vllm --model Qwen/Qwen3-8B ${rest}`];
  const { workloads } = workloadsOf(graph({ Worker: worker(1, { args }) }));
  const [engine] = workloads.flatMap((workload) => engineMemory(workload, { gpuMemory: "80Gi" }));
  if (engine === undefined) throw new Error("no engine is found");
  return engine;
}
const fitOf = (rest: string) => engineOf(rest).fit;

test.each([
  ["32768", 32_768],
  ["32k", 32_000],
  ["32K", 32_768],
  ["1.5k", 1_500],
  ["1m", 1_000_000],
  ["1M", 1_048_576],
  ["auto", 1],
])("--max-model-len %s wants room for %d tokens", (written, tokens) =>
  expect(fitOf(`--max-model-len ${written}`)?.wanted).toBe(tokens),
);

test("a replica's cache is that of all its data parallel ranks", () => {
  const tokens = (rest: string) => summariseMemory(engineOf(rest)).tokens ?? 0;
  expect(tokens("")).toBeGreaterThan(100_000);
  expect(tokens("--data-parallel-size 4")).toBe(4 * tokens(""));
});

test("without one the model's own context is wanted", () => expect(fitOf("")?.wanted).toBe(40_960));
