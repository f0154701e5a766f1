/** Settings of planners beside their aims, by the releases that read them: a planner is silent on names that it does not know. */
import { type ReleaseLine, releaseLines } from "./release";

/** Lines that read a setting: from one on, and before another where one reads it no more. */
type Lines = readonly [from: ReleaseLine, before?: ReleaseLine];

/**
 * Settings that are a number, a text or a switch. What is not among them:
 * - what the plan says: the environment, the namespace, the model, the engine, the aims, the GPUs of an engine;
 * - what takes a planner past its limit of GPUs, which budgets count: `min_gpu_budget` gives it a tolerance, and its API another limit;
 * - `metric_pulling_prometheus_token`, which is a secret: planners read it from a file or from env.
 *
 * Sources: the parsers of ai-dynamo 0.7.1 to 0.9.1, and `PlannerConfig` of 1.0.0, 1.1.1, 1.2.1, 1.4.0, 1.5.0 and 1.6.1.
 */
const settings: Readonly<Record<string, Lines>> = {
  adjustment_interval: ["0.7", "1.0"],
  load_prediction_window_size: ["0.7", "0.9"],
  load_predictor: ["0.7"],
  log_dir: ["0.7"],
  min_endpoint: ["0.7"],
  no_correction: ["0.7", "1.1"],
  no_operation: ["0.7", "1.2"],
  profile_results_dir: ["0.7"],
  prometheus_port: ["0.7", "0.8"],
  metric_reporting_prometheus_port: ["0.8"],
  kalman_min_points: ["0.9"],
  kalman_q_level: ["0.9"],
  kalman_q_trend: ["0.9"],
  kalman_r: ["0.9"],
  load_predictor_log1p: ["0.9"],
  load_predictor_warmup_trace: ["0.9"],
  prophet_window_size: ["0.9"],
  enable_load_scaling: ["1.0"],
  enable_throughput_scaling: ["1.0"],
  load_adjustment_interval: ["1.0"],
  load_learning_window: ["1.0", "1.1"],
  load_metric_samples: ["1.0", "1.3"],
  load_min_observations: ["1.0"],
  load_scaling_down_sensitivity: ["1.0"],
  pre_deployment_sweeping_mode: ["1.0"],
  throughput_adjustment_interval: ["1.0"],
  throughput_metrics_source: ["1.0"],
  fpm_sample_bucket_size: ["1.1"],
  live_dashboard_port: ["1.1"],
  max_num_fpm_samples: ["1.1"],
  optimization_target: ["1.1"],
  report_interval_hours: ["1.1"],
  report_output_dir: ["1.1"],
  advisory: ["1.2"],
  load_adjustment_interval_seconds: ["1.2"],
  report_filename: ["1.2"],
  throughput_adjustment_interval_seconds: ["1.2"],
  decode_scale_down_kv_rate: ["1.4"],
  decode_scale_up_kv_rate: ["1.4"],
  metric_pulling_prometheus_ca_bundle: ["1.4"],
  metric_pulling_prometheus_ssl_verify: ["1.4"],
  metric_pulling_prometheus_token_file: ["1.4"],
  prefill_scale_down_queue_tokens: ["1.4"],
  prefill_scale_up_queue_tokens: ["1.4"],
  report_write_gzip_log: ["1.4"],
  speculative_nextn: ["1.4"],
  decode_min_endpoint: ["1.5"],
  enable_power_awareness: ["1.5"],
  metric_pulling_prometheus_request_timeout_seconds: ["1.5"],
  prefill_min_endpoint: ["1.5"],
  total_gpu_power_limit: ["1.5"],
  max_throughput_scaling_replicas: ["1.6"],
};

/** Names of the settings that planners of a release line read. */
export function plannerSettingsOf(line: ReleaseLine): string[] {
  const place = releaseLines.indexOf(line);
  return Object.entries(settings).flatMap(([name, [from, before]]) =>
    place >= releaseLines.indexOf(from) && (before === undefined || place < releaseLines.indexOf(before))
      ? [name]
      : [],
  );
}
