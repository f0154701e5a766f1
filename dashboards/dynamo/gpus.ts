/** GPUs, as NVIDIA's DCGM exporter sees them: it names a GPU's pod as its own, or as `exported_pod`. */
import { timeseries } from "../panel";

/** @param pods the workers' namespace and names, as regular expressions */
export function gpuRow(pods: { namespace: string; pod: string }) {
  const named = (prefix: string) => `${prefix}namespace=~"${pods.namespace}",${prefix}pod=~"${pods.pod}"`;
  const of = (metric: string) => `${metric}{${named("exported_")}} or ${metric}{${named("")}}`;
  const absent = "Empty where NVIDIA's DCGM exporter does not run.";
  return {
    title: "GPUs",
    panels: [
      timeseries({
        title: "GPU in use",
        description: `Share of time in which it computes. Healthy under load: above 50 %; money is lost below. ${absent}`,
        unit: "percent",
        queries: [{ expr: of("DCGM_FI_DEV_GPU_UTIL"), legend: "{{exported_pod}}{{pod}} GPU {{gpu}}" }],
        width: 12,
        max: 100,
      }),
      timeseries({
        title: "GPU memory",
        description: `In use. Healthy: steady and near the card's size, since the KV cache takes what is left. ${absent}`,
        unit: "mbytes",
        queries: [{ expr: of("DCGM_FI_DEV_FB_USED"), legend: "{{exported_pod}}{{pod}} GPU {{gpu}}" }],
        width: 12,
      }),
    ],
  };
}
