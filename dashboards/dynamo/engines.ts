/** What vLLM and SGLang tell of themselves, from runtime 0.9 on: what waits in them, what they put back, what they hand over. */
import { timeseries } from "../panel";

/** @param workers labels of the workers' series */
export function engineRow(workers: string) {
  const named = (name: string) => `{__name__="${name}",${workers}}`;
  const rate = (name: string) => `rate(${named(name)}[$__rate_interval])`;
  const sum = (...series: readonly string[]) => `sum by (pod) (${series.join(" or ")})`;
  const others = "Empty for other engines than vLLM and SGLang.";
  const halves = "Empty for workers that do all, and for SGLang's until one fails.";
  return {
    title: "Engines",
    panels: [
      timeseries({
        title: "Waiting in the engine",
        description: `Requests that a worker has taken and not begun. Healthy: 0 but for moments; above, its KV cache or its batch is full. ${others}`,
        unit: "none",
        queries: [
          {
            expr: sum(named("vllm:num_requests_waiting"), named("sglang:num_queue_reqs")),
            legend: "{{pod}}",
          },
        ],
        width: 6,
      }),
      timeseries({
        title: "Put back for room",
        description: `Requests that lost their place in a full KV cache and are computed anew: their clients see a pause. Healthy: 0. SGLang's are there from the first one on. ${others}`,
        unit: "reqps",
        queries: [
          {
            expr: sum(rate("vllm:num_preemptions_total"), rate("sglang:num_retracted_requests_total")),
            legend: "{{pod}}",
          },
        ],
        width: 6,
      }),
      timeseries({
        title: "Tokens written",
        description: `By each worker, in a second: divide by its GPUs to compare sizes. Healthy: about the same on all that do the same. ${others}`,
        unit: "none",
        queries: [
          {
            expr: sum(rate("vllm:generation_tokens_total"), rate("sglang:generation_tokens_total")),
            legend: "{{pod}}",
          },
        ],
        width: 6,
      }),
      timeseries({
        title: "KV transfers that failed",
        description: `From prefill to decode, or given up before decode took them. Healthy: 0. ${halves}`,
        unit: "reqps",
        queries: [
          {
            expr: sum(
              rate("vllm:nixl_num_failed_transfers_total"),
              rate("sglang:num_transfer_failed_reqs_total"),
            ),
            legend: "{{pod}} failed",
          },
          {
            expr: sum(
              rate("vllm:nixl_num_kv_expired_reqs_total"),
              rate("sglang:num_bootstrap_failed_reqs_total"),
            ),
            legend: "{{pod}} never begun",
          },
        ],
        width: 6,
      }),
    ],
  };
}
