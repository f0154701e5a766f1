import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import { plannerFields } from "../../../commands/import/plannerFields";
import { planStack } from "../../../plan/stack";
import { examples } from "../../examples/examples";

const folder = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A graph with a planner. @param args of its command @param tag of all images */
const planned = (
  args: readonly string[],
  { tag = "1.4.2", module = "dynamo.planner", gpus = 1, volume = "" } = {},
) => `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  services:
    Frontend:
      componentType: frontend
      extraPodSpec: { mainContainer: { image: "example.com/vllm:${tag}" } }
${["prefill", "decode"]
  .map(
    (role) => `    ${role}:
      componentType: worker
      subComponentType: ${role}
      resources: { limits: { gpu: "${gpus}" } }
      extraPodSpec:
        mainContainer:
          image: example.com/vllm:${tag}
          command: [python3, -m, dynamo.vllm]
          args: [--model, Qwen/Qwen3-8B${role === "prefill" ? ", --is-prefill-worker" : ""}]
`,
  )
  .join("")}    Planner:
      componentType: planner
      extraPodSpec:
        ${volume === "" ? "" : `volumes: [{ name: profile, configMap: { name: ${volume} } }]`}
        mainContainer:
          image: example.com/vllm:${tag}
          command: [python3, -m, ${module}]
          args: ${JSON.stringify(args)}
          ${volume === "" ? "" : "volumeMounts: [{ name: profile, mountPath: /workspace/profiling_results, readOnly: true }]"}
`;

const imported = (text: string) => {
  const file = join(folder, "graph.yaml");
  writeFileSync(file, text);
  const { graphs, beside } = objectsOf([file]);
  const { settings, notes, graphs: results } = importGraphs(graphs, beside);
  const [result] = results;
  const { planner } = (settings.graphs as { planner?: Record<string, unknown> }[])[0] ?? {};
  return {
    settings,
    notes,
    planner,
    changes: result?.changes,
    left: result?.leftOut.map(({ component, what, why }) => `${component}: ${what}: ${why}`),
  };
};
const ofJson = (config: object, more = {}) => imported(planned(["--config", JSON.stringify(config)], more));

test("a planner's settings are read from its JSON, under the names that it has there", () => {
  const { planner, left, changes } = ofJson({
    environment: "kubernetes",
    backend: "vllm",
    optimization_target: "sla",
    ttft: 200,
    itl_ms: 20,
    max_gpu_budget: 6,
    load_adjustment_interval: 10,
    enable_load_scaling: true,
    pre_deployment_sweeping_mode: "none",
  });
  expect(planner).toMatchObject({
    timeToFirstToken: 200,
    interTokenLatency: 20,
    maxGpus: 6,
    settings: { load_adjustment_interval: 10, enable_load_scaling: true },
  });
  expect(Object.keys(planner?.settings as object)).toHaveLength(2);
  expect([left, changes]).toEqual([[], []]);
});

test("what a planner's command does not say is the planner's own, not the plan's", () => {
  const { planner, left } = ofJson({});
  expect(planner).toMatchObject({
    timeToFirstToken: 500,
    interTokenLatency: 50,
    maxGpus: 8,
    settings: { optimization_target: "throughput", pre_deployment_sweeping_mode: "rapid" },
  });
  expect(left).toEqual([]);
});

test("flags of old are read likewise, and the release by them where no tag says it", () => {
  const { planner, left, settings, notes } = imported(
    planned(
      ["--ttft=200", "--itl", "10", "--max-gpu-budget", "4", "--adjustment-interval=30", "--no-correction"],
      {
        tag: "mine",
        module: "planner_sla",
        volume: "chat-profile",
      },
    ),
  );
  expect(settings.runtime).toEqual({ version: "0.9.1" });
  expect(notes).toEqual([expect.stringContaining("0.9.1 is assumed")]);
  expect(planner).toMatchObject({
    timeToFirstToken: 200,
    interTokenLatency: 10,
    maxGpus: 4,
    profile: "chat-profile",
    settings: { adjustment_interval: 30, no_correction: true },
  });
  expect(left).toEqual([expect.stringMatching(/profile_results_dir: "?profiling_results"? becomes/)]);
});

test.each([
  ["without a limit of GPUs", { max_gpu_budget: -1 }, /max_gpu_budget: -1 becomes 2/],
  [
    "of another environment",
    { environment: "global-planner" },
    /environment: global-planner becomes kubernetes/,
  ],
  [
    "with a limit below",
    { max_gpu_budget: 8, min_gpu_budget: 8 },
    /min_gpu_budget: 8: is what the plan says/,
  ],
  [
    "with plugins",
    { scheduling: { external_plugins: [] } },
    /scheduling: .*: is no setting that the planner/,
  ],
  ["of one role", { mode: "decode" }, /mode: decode becomes disagg/],
])("a planner %s is told as lost", (_, config, line) => {
  expect(
    ofJson({ optimization_target: "sla", pre_deployment_sweeping_mode: "none", ...config }).left,
  ).toEqual([expect.stringMatching(line)]);
});

test("a config in a file is told as lost", () => {
  expect(imported(planned(["--config", "/etc/planner.yaml"])).left).toContainEqual(
    expect.stringMatching(/^Planner: config: \/etc\/planner.yaml/),
  );
});

test.each([
  [9085, []],
  [9090, [expect.stringMatching(/^Planner: prometheus_port: 9090/)]],
])("the port of a planner's metrics is the operator's, and told where it was another: %s", (port, lost) => {
  expect(ofJson({ prometheus_port: port }).left).toEqual(lost);
});

test("a planner that the stack can't have is told as left out", () => {
  const { planner, left } = imported(planned(["--ttft=200"], { tag: "0.9.1", module: "planner_sla" }));
  expect(planner).toBeUndefined();
  expect(left).toContainEqual(
    expect.stringMatching(/^Planner: the component, a planner that runs planner_sla: is missing: .* profile/),
  );
});

test.each(
  examples
    .filter(({ config }) => config.graphs.some(({ planner }) => planner))
    .map(({ name, config }) => [name, config] as const),
)("the planners of example %s come back whole", (_, config) => {
  const graphs = planStack(config).graphs.map(
    ({ deployment }) => deployment as unknown as Record<string, unknown>,
  );
  const again = importGraphs(graphs, [], config.runtime.version);
  expect(again.graphs.flatMap(({ leftOut }) => leftOut).filter(({ place }) => place === "planner")).toEqual(
    [],
  );
});

test("a flag alone is a switch, a number is one, and other values are texts, blank ones too", () => {
  const args = ["--no-operation", "--ttft", "250.5", "--namespace", " ", "--metric-hosts", "a", "b"];
  expect(plannerFields(args)).toEqual([
    ["planner no_operation", true],
    ["planner ttft_ms", 250.5],
    ["planner namespace", " "],
    ["planner metric_hosts", "a b"],
  ]);
});
