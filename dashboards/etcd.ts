/** etcd overview: whether discovery is well. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { toBytes } from "../config/sizes";
import { etcdJob } from "../plan/monitoring/selectors";
import { quorumOf } from "../plan/servers/members";
import type { ServerSummary } from "../plan/servers/summary";
import { dashboard } from "./dashboard";
import { memberThresholds, stat, timeseries } from "./panel";

const of = (metric: string) => `etcd_${metric}{job="${etcdJob}"}`;
const rate = (metric: string) => `rate(${of(metric)}[$__rate_interval])`;
const p99 = (histogram: string) =>
  `histogram_quantile(0.99, sum by (pod, le) (${rate(`${histogram}_bucket`)}))`;

/** The dashboard of the etcd that the stack runs. */
export function etcdDashboard({ replicas, memory }: NonNullable<ServerSummary["members"]>): Dashboard {
  const quorum = quorumOf(replicas);
  const limit = toBytes(memory);
  return dashboard({
    title: "etcd overview",
    uid: "dynamo-etcd",
    description:
      "etcd holds who is there: instances, models and their leases. No request and no KV cache passes it.",
    rows: [
      {
        title: "Health",
        panels: [
          stat({
            title: "Members up",
            description: `Healthy: ${replicas}. Below ${quorum} nobody can register, and leases run out.`,
            unit: "none",
            queries: [{ expr: `sum(up{job="${etcdJob}"}) or vector(0)`, legend: "members" }],
            thresholds: memberThresholds(replicas),
            width: 4,
          }),
          stat({
            title: "Members with a leader",
            description: `Healthy: ${replicas}. A member without a leader answers no write.`,
            unit: "none",
            queries: [{ expr: `sum(${of("server_has_leader")}) or vector(0)`, legend: "members" }],
            thresholds: memberThresholds(replicas),
            width: 4,
          }),
          stat({
            title: "Leader",
            description: "The member that leads. Healthy: one name.",
            unit: "none",
            queries: [{ expr: `${of("server_is_leader")} == 1`, legend: "{{pod}}" }],
            width: 4,
            text: "name",
          }),
          stat({
            title: "Leader changes",
            description:
              "Of the last hour. Healthy: 0. Disks or a network that are too slow bring them about; each stops writes for a second or two.",
            unit: "none",
            queries: [
              { expr: `max(increase(${of("server_leader_changes_seen_total")}[1h]))`, legend: "changes" },
            ],
            thresholds: ["green", { from: 1, color: "orange" }, { from: 4, color: "red" }],
            width: 4,
          }),
          stat({
            title: "Database, against its quota",
            description:
              "Fullest member. Healthy: below 80 %. At the quota etcd takes no more writes until it is compacted and its alarm is lifted.",
            unit: "percentunit",
            queries: [
              {
                expr: `max(${of("mvcc_db_total_size_in_bytes")} / ${of("server_quota_backend_bytes")})`,
                legend: "database",
              },
            ],
            thresholds: ["green", { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
            width: 4,
          }),
          stat({
            title: "Keys",
            description:
              "Dynamo's are instances, models and endpoints, all bound to leases. Healthy: it grows and falls with the pods.",
            unit: "short",
            queries: [{ expr: `max(${of("debugging_mvcc_keys_total")})`, legend: "keys" }],
            width: 4,
          }),
        ],
      },
      {
        title: "Load",
        panels: [
          timeseries({
            title: "Puts and ranges",
            description:
              "Writes and reads that members served. Healthy: a few a second; peaks when graphs start.",
            unit: "reqps",
            queries: [
              { expr: `sum(${rate("mvcc_put_total")})`, legend: "put", color: "green" },
              { expr: `sum(${rate("mvcc_range_total")})`, legend: "range", color: "blue" },
            ],
            width: 12,
          }),
          timeseries({
            title: "Commit rate",
            description:
              "Proposals that the members agreed on: every write, and every renewal of a lease. Healthy: the same on all members.",
            unit: "reqps",
            queries: [{ expr: rate("server_proposals_committed_total"), legend: "{{pod}}" }],
            width: 12,
          }),
          timeseries({
            title: "Proposals that failed or wait",
            description: "Healthy: none fails, and few wait.",
            unit: "none",
            queries: [
              {
                expr: `sum(${rate("server_proposals_failed_total")})`,
                legend: "failed a second",
                color: "red",
              },
              { expr: `sum(${of("server_proposals_pending")})`, legend: "waiting", color: "orange" },
            ],
            thresholds: ["green", { from: 5, color: "red" }],
            width: 12,
          }),
          timeseries({
            title: "Leases",
            description:
              "Granted and expired a second. Healthy: none expires but when pods end without a word; many at once are an outage.",
            unit: "reqps",
            queries: [
              { expr: `sum(${rate("debugging_lease_granted_total")})`, legend: "granted", color: "green" },
              {
                expr: `sum(${rate("debugging_server_lease_expired_total")})`,
                legend: "expired",
                color: "red",
              },
            ],
            width: 12,
          }),
        ],
      },
      {
        title: "Disk and memory",
        panels: [
          timeseries({
            title: "Fsync of the write-ahead log, p99",
            description: "Healthy: below 10 ms. Above 500 ms the leader may be taken for dead.",
            unit: "s",
            queries: [{ expr: p99("disk_wal_fsync_duration_seconds"), legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.01, color: "orange" }, { from: 0.5, color: "red" }],
            width: 12,
          }),
          timeseries({
            title: "Commit of the database, p99",
            description: "Healthy: below 25 ms.",
            unit: "s",
            queries: [{ expr: p99("disk_backend_commit_duration_seconds"), legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.025, color: "orange" }, { from: 0.25, color: "red" }],
            width: 12,
          }),
          timeseries({
            title: "Database size, against its quota",
            description:
              "What the file takes, what of it is in use, and the quota. Healthy: below 80 % of the quota. A large gap between the first two is mended by defragmentation.",
            unit: "bytes",
            queries: [
              { expr: `max(${of("mvcc_db_total_size_in_bytes")})`, legend: "file" },
              { expr: `max(${of("mvcc_db_total_size_in_use_in_bytes")})`, legend: "in use" },
              { expr: `min(${of("server_quota_backend_bytes")})`, legend: "quota", color: "red" },
            ],
            width: 12,
          }),
          timeseries({
            title: "Memory, against its limit",
            description: `Resident memory. The limit is ${memory}; at it the member is killed. Healthy: below 80 % of it.`,
            unit: "bytes",
            queries: [{ expr: `process_resident_memory_bytes{job="${etcdJob}"}`, legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.8 * limit, color: "orange" }, { from: limit, color: "red" }],
            width: 12,
            max: limit,
          }),
        ],
      },
      ...(replicas > 1 ? [peers(replicas)] : []),
    ],
  });
}

function peers(replicas: number) {
  return {
    title: "Peers",
    panels: [
      timeseries({
        title: "Peers that are connected",
        description: `Healthy: ${replicas - 1} on each member.`,
        unit: "none",
        queries: [{ expr: `sum by (pod) (${of("network_active_peers")})`, legend: "{{pod}}" }],
        thresholds: ["red", { from: replicas - 1, color: "green" }],
        width: 12,
      }),
      timeseries({
        title: "Round trip to peers, p99",
        description: "Healthy: below 50 ms. Above 150 ms leaders change.",
        unit: "s",
        queries: [{ expr: p99("network_peer_round_trip_time_seconds"), legend: "{{pod}}" }],
        thresholds: ["green", { from: 0.05, color: "orange" }, { from: 0.15, color: "red" }],
        width: 12,
      }),
    ],
  };
}
