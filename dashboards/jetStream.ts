/** What the members of NATS store, and how they agree on it. */
import { liveNatsMetric, natsMetric, natsRate, storageShare } from "./natsMetrics";
import { timeseries } from "./panel";

export function jetStreamRow() {
  return {
    title: "JetStream",
    panels: [
      timeseries({
        title: "Stored messages",
        description: "What each member stores. Healthy: it levels off, since KV events go after an hour.",
        unit: "short",
        queries: [{ expr: natsMetric("server_total_messages"), legend: "{{pod}}" }],
        width: 8,
      }),
      timeseries({
        title: "Streams",
        description:
          "The runtime makes one for the KV events of each component. Healthy: steady, and the same on all members.",
        unit: "none",
        queries: [{ expr: natsMetric("server_total_streams"), legend: "{{pod}}" }],
        width: 8,
      }),
      timeseries({
        title: "Storage",
        description:
          "As a share of what JetStream may take. Healthy: below 80 %. When it is full, no KV event is taken.",
        unit: "percentunit",
        queries: [{ expr: storageShare, legend: "{{pod}}" }],
        thresholds: ["green", { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
        width: 8,
        max: 1,
      }),
      timeseries({
        title: "Slow consumers",
        description: "Clients cut off because they read too slowly. Healthy: 0.",
        unit: "none",
        queries: [
          { expr: `increase(${natsMetric("varz_slow_consumers")}[$__rate_interval])`, legend: "{{pod}}" },
        ],
        thresholds: ["green", { from: 1, color: "red" }],
        width: 12,
      }),
      timeseries({
        title: "JetStream errors",
        description: "Requests to JetStream's API that failed. Healthy: 0, but for a few when graphs start.",
        unit: "reqps",
        queries: [{ expr: natsRate("varz_jetstream_stats_api_errors"), legend: "{{pod}}" }],
        width: 12,
      }),
    ],
  };
}

export function clusterRow(replicas: number) {
  return {
    title: "Cluster",
    panels: [
      timeseries({
        title: "Peers",
        description: `Other members that a member is connected to. Healthy: ${replicas - 1}.`,
        unit: "none",
        queries: [{ expr: liveNatsMetric("varz_remotes"), legend: "{{pod}}" }],
        thresholds: ["red", { from: replicas - 1, color: "green" }],
        width: 8,
      }),
      timeseries({
        title: "Routes",
        description: "Connections between members, several to each. Healthy: the same on all, and steady.",
        unit: "none",
        queries: [{ expr: liveNatsMetric("varz_routes"), legend: "{{pod}}" }],
        width: 8,
      }),
      timeseries({
        title: "Pending decisions",
        description: "What the meta leader has not handed on yet. Healthy: 0, or short peaks.",
        unit: "none",
        queries: [{ expr: liveNatsMetric("varz_jetstream_meta_pending"), legend: "{{pod}}" }],
        width: 8,
      }),
    ],
  };
}
