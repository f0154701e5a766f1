/** What planners are told, by the parsers and settings of the released wheels (ai-dynamo 0.7.1 to 1.6.1). */
import { plannerSettingsOf } from "../../../config/runtime/plannerSettings";
import { commandsOf, natsEtcd } from "../commands";

const profile = "chat-profile";
const told = (version: string, planner: object, stack: object = {}) =>
  commandsOf(version, { prefill: {}, decode: {}, planner: { maxGpus: 12, ...planner } }, stack).Planner ?? "";
const json = (command: string) => JSON.parse(/--config (.*)$/.exec(command)?.[1] ?? "{}");

test("planners before 1.0 get their settings as flags, and a switch as a flag alone", () => {
  const settings = {
    adjustment_interval: 30,
    no_correction: true,
    no_operation: false,
    load_predictor: "prophet",
  };
  const command = told("0.8.1", { profile, settings });
  expect(command).toMatch(/^python3 -m planner_sla --environment=kubernetes /);
  expect(command).toContain("--adjustment-interval=30 ");
  expect(command).toMatch(/ --no-correction --load-predictor=prophet$/);
  expect(command).not.toContain("no-operation");
  expect(told("0.7.1", { profile }, natsEtcd)).toContain("--adjustment-interval=60 ");
});

test("a folder of the image may have the profile, in place of a ConfigMap", () => {
  const settings = { profile_results_dir: "/workspace/swept" };
  const command = told("0.9.1", { settings });
  expect(command.match(/--profile-results-dir=\S+/g)).toEqual(["--profile-results-dir=/workspace/swept"]);
  expect(json(told("1.2.1", { settings })).profile_results_dir).toBe("/workspace/swept");
});

test.each([
  ["1.0.2", { ttft: 500, optimization_target: undefined }],
  // By default it aims at throughput, for which it ignores these.
  ["1.1.1", { ttft: 500, optimization_target: "sla" }],
  ["1.2.1", { ttft_ms: 500, optimization_target: "sla" }],
  ["1.6.1", { ttft_ms: 500, optimization_target: "sla" }],
])("planners of %s aim at times: %j", (version, expected) => {
  const config = json(told(version, { profile }));
  expect({ ...config, optimization_target: config.optimization_target }).toMatchObject(expected);
  expect("ttft" in config).toBe("ttft" in expected);
});

test("settings count more than what the plan says by default, and its limit stays", () => {
  const settings = {
    optimization_target: "latency",
    enable_throughput_scaling: false,
    load_min_observations: 9,
  };
  expect(json(told("1.6.1", { settings }))).toMatchObject({
    ...settings,
    max_gpu_budget: 12,
    mode: "disagg",
  });
});

test.each([
  ["0.8", ["adjustment_interval", "load_prediction_window_size"], ["kalman_r", "enable_load_scaling"]],
  ["0.9", ["kalman_r"], ["load_prediction_window_size", "prometheus_port"]],
  ["1.0", ["load_adjustment_interval"], ["adjustment_interval", "load_adjustment_interval_seconds"]],
  ["1.1", ["optimization_target"], ["no_correction", "advisory"]],
  ["1.7", ["max_throughput_scaling_replicas"], ["min_gpu_budget", "control_api_port", "ttft_ms"]],
] as const)("planners of %s read %j, and not %j", (line, read, others) => {
  expect(plannerSettingsOf(line)).toEqual(expect.arrayContaining([...read]));
  expect(plannerSettingsOf(line).filter((name) => (others as readonly string[]).includes(name))).toEqual([]);
});
