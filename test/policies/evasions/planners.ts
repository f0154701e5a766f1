/** Dynamo's planner. */
import { unknown } from "../judge";
import { deployment, graph, worker } from "../objects";
import { budget, type Evasion, type Part, unrequested, withWorker } from "./make";

const running = (command: readonly string[], args: readonly unknown[], main: Part = {}) => ({
  componentType: "planner",
  extraPodSpec: { mainContainer: { command, args, ...main } },
});
const planner = (args: readonly unknown[], rest: Part = {}) => ({
  ...running(["python3", "-m", "planner_sla"], args),
  ...rest,
});
const decode = worker(1, {}, { subComponentType: "decode" });
const options = { env: [{ name: "OPTS", value: "--max-gpu-budget=640" }] };
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
  ["a planner whose flags are a variable", budget, [withPlanner(["$(OPTS)"])]],
  ["a planner that has more flags in a variable", budget, [withPlanner(["--max-gpu-budget=4", "$(OPTS)"])]],
  [
    "a planner that has more flags in a shell's variable",
    budget,
    [
      graph({
        Planner: running(["sh", "-c"], ["exec python3 -m dynamo.planner --max-gpu-budget 4 $OPTS"], options),
        Decode: decode,
      }),
    ],
  ],
  [
    "a planner that a script starts",
    budget,
    [graph({ Planner: running(["/scripts/start.sh"], ["--max-gpu-budget=4"]), Decode: decode })],
  ],
  [
    "a planner that a script starts by the image's entrypoint",
    budget,
    [graph({ Planner: running([], ["/scripts/start.sh", "--max-gpu-budget=4"]), Decode: decode })],
  ],
  [
    "a planner that starts as an init container",
    budget,
    [
      graph({
        Planner: {
          componentType: "default",
          extraPodSpec: {
            initContainers: [
              {
                name: "planner",
                restartPolicy: "Always",
                command: ["python3", "-m", "dynamo.planner"],
                args: ["--max-gpu-budget=640"],
              },
            ],
          },
        },
        Decode: decode,
      }),
    ],
  ],
  ...["DYN_PARENT_DGD_K8S_NAME", "DYN_PARENT_DGD_K8S_NAMESPACE"].map(
    (name): Evasion => [
      `a planner of another graph, by ${name}`,
      unrequested,
      [
        graph({
          Planner: running(["python3", "-m", "planner_sla"], ["--max-gpu-budget=2"], {
            env: [{ name, value: "other" }],
          }),
          Decode: decode,
        }),
      ],
    ],
  ),
  ["a planner whose flag is cut to the shortest", budget, [withPlanner(["--ma", "64"])]],
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
