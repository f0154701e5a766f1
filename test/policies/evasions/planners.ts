/** Dynamo's planner. */
import { unknown } from "../judge";
import { deployment, graph, worker } from "../objects";
import { budget, type Evasion, type Part, withWorker } from "./make";

const planner = (args: readonly unknown[], rest: Part = {}) => ({
  componentType: "planner",
  extraPodSpec: { mainContainer: { command: ["python3", "-m", "planner_sla"], args } },
  ...rest,
});
const withPlanner = (args: readonly unknown[], decodeGpus = 1, rest: Part = {}) =>
  graph({
    Planner: planner(args, rest),
    Decode: worker(decodeGpus, {}, { subComponentType: "decode" }),
  });

export const planners: readonly Evasion[] = [
  ["a planner with its default budget", budget, [withPlanner([])]],
  ["a planner with a large budget", budget, [withPlanner(["--max-gpu-budget", "64"])]],
  ["a planner without a limit", budget, [withPlanner(["--max-gpu-budget=-1"])]],
  ["a planner that is told twice", budget, [withPlanner(["--max-gpu-budget=4", "--max-gpu-budget=64"])]],
  ["a planner whose flag is cut short", budget, [withPlanner(["--max-gpu-b", "64"])]],
  ["a planner whose budget has underscores", budget, [withPlanner(["--max-gpu-budget", "1_000"])]],
  ["a planner whose budget is a variable", budget, [withPlanner(["--max-gpu-budget", "$(GPUS)"])]],
  ["a planner whose budget is in a comment", budget, [withPlanner(["# --max-gpu-budget 2"])]],
  ["a planner with a file", budget, [withPlanner(["--config", "/etc/planner.yaml"])]],
  ["a planner with JSON", budget, [withPlanner(["--config", '{"max_gpu_budget": 64}'])]],
  [
    "a planner with JSON in disguise",
    budget,
    [withPlanner(["--config", '{"max\\u005fgpu_budget": 64, "max_gpu_budgets": 2}'])],
  ],
  ["a planner that counts engines as smaller", budget, [withPlanner(["--max-gpu-budget=4"], 4)]],
  ["a planner that keeps many replicas", budget, [withPlanner(["--max-gpu-budget=4", "--min-endpoint=8"])]],
  [
    "a planner by another type",
    budget,
    [withPlanner(["--max-gpu-budget=64"], 1, { componentType: "default" })],
  ],
  ["a planner whose type is not known yet", budget, [withPlanner([], 1, { componentType: unknown })]],
  ["a planner whose arguments are not known yet", budget, [withPlanner([unknown])]],
  [
    "a planner of all graphs",
    budget,
    [deployment({ command: ["python3", "-m", "dynamo.global_planner"] }), withWorker({})],
  ],
];
