/** How the members of etcd reach each other. */
import { etcdMetric, etcdP99 } from "./etcdMetrics";
import { timeseries } from "./panel";

export function peersRow(replicas: number) {
  return {
    title: "Peers",
    panels: [
      timeseries({
        title: "Peers that are connected",
        description: `Healthy: ${replicas - 1} on each member.`,
        unit: "none",
        queries: [{ expr: `sum by (pod) (${etcdMetric("network_active_peers")})`, legend: "{{pod}}" }],
        thresholds: ["red", { from: replicas - 1, color: "green" }],
        width: 12,
      }),
      timeseries({
        title: "Round trip to peers, p99",
        description: "Healthy: below 50 ms. Above 150 ms leaders change.",
        unit: "s",
        queries: [{ expr: etcdP99("network_peer_round_trip_time_seconds"), legend: "{{pod}}" }],
        thresholds: ["green", { from: 0.05, color: "orange" }, { from: 0.15, color: "red" }],
        width: 12,
      }),
    ],
  };
}
