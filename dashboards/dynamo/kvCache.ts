/** The KV cache of workers, whose metrics have other names in each release of the runtime. */
import type { Runtime } from "../../config/runtime/runtime";
import { timeseries } from "../panel";

/**
 * @param frontends labels of the frontends' series
 * @param workers labels of the workers'
 */
export function kvCacheRow(frontends: string, workers: string, runtime: Runtime) {
  const { use, hitRate, whereEmpty } = metrics(frontends, workers, runtime);
  return {
    title: "KV cache",
    panels: [
      timeseries({
        title: "KV cache in use",
        description: `Share of a worker's blocks. Healthy: below 90 %; above, requests wait or are put back. ${whereEmpty}`,
        unit: "percentunit",
        queries: [{ expr: `max by (pod) (${use})`, legend: "{{pod}}" }],
        thresholds: ["green", { from: 0.9, color: "orange" }],
        width: 12,
        max: 1,
      }),
      timeseries({
        title: "KV cache hit rate",
        description: `${hitRate.description} Healthy: steady, and the higher the more prompts have in common.`,
        unit: "percentunit",
        queries: [{ expr: hitRate.expr, legend: "{{pod}}" }],
        width: 12,
        max: 1,
      }),
    ],
  };
}

function metrics(frontends: string, workers: string, { kvCacheMetrics }: Runtime) {
  const vllm = `{__name__="vllm:kv_cache_usage_perc",${workers}}`;
  const own = (metric: string) => `dynamo_component_${metric}{${workers}}`;
  const rate = (metric: string, labels: string) =>
    `sum by (pod) (rate(${metric}{${labels}}[$__rate_interval]))`;
  const ofPublishers = "Empty for workers that publish no statistics of their engine.";
  switch (kvCacheMetrics) {
    case "kvstats": {
      const expr = `max by (pod) (${own("kvstats_gpu_prefix_cache_hit_rate")})`;
      const hitRate = { expr, description: `Share of prompts' blocks that workers had. ${ofPublishers}` };
      return { use: own("kvstats_gpu_cache_usage_percent"), hitRate, whereEmpty: ofPublishers };
    }
    case "engine": {
      const whereEmpty = "Empty for workers that are not vLLM's.";
      const counts = ["hits", "queries"].map((what) =>
        rate("", `__name__="vllm:prefix_cache_${what}_total",${workers}`),
      );
      const description = `Share of prompts' tokens that workers had. ${whereEmpty}`;
      return { use: vllm, hitRate: { expr: counts.join(" / "), description }, whereEmpty };
    }
    case "component": {
      const hits = (part: string) => rate(`dynamo_component_router_kv_hit_rate_${part}`, frontends);
      return {
        use: `${own("gpu_cache_usage_percent")} or ${vllm}`,
        hitRate: {
          expr: `${hits("sum")} / ${hits("count")}`,
          description:
            "Share of a prompt's blocks that the chosen worker had. Empty unless frontends route by KV cache.",
        },
        whereEmpty: ofPublishers,
      };
    }
    default:
      return kvCacheMetrics satisfies never;
  }
}
