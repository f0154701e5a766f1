/** etcd overview: whether discovery is well. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { toBytes } from "../config/sizes";
import { etcdJob } from "../plan/monitoring/selectors";
import { quorumOf } from "../plan/servers/members";
import type { ServerSummary } from "../plan/servers/summary";
import { dashboard } from "./dashboard";
import { etcdMetric, etcdP99, etcdRate } from "./etcdMetrics";
import { peersRow } from "./etcdPeers";
import { memberThresholds, stat, timeseries } from "./panel";

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
            queries: [{ expr: `sum(${etcdMetric("server_has_leader")}) or vector(0)`, legend: "members" }],
            thresholds: memberThresholds(replicas),
            width: 4,
          }),
          stat({
            title: "Leader",
            description: "The member that leads. Healthy: one name.",
            unit: "none",
            queries: [{ expr: `${etcdMetric("server_is_leader")} == 1`, legend: "{{pod}}" }],
            width: 4,
            text: "name",
          }),
          stat({
            title: "Leader changes",
            description:
              "Of the last hour. Healthy: 0. Disks or a network that are too slow bring them about; each stops writes for a second or two.",
            unit: "none",
            queries: [
              {
                expr: `max(increase(${etcdMetric("server_leader_changes_seen_total")}[1h]))`,
                legend: "changes",
              },
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
                expr: `max(${etcdMetric("mvcc_db_total_size_in_bytes")} / ${etcdMetric("server_quota_backend_bytes")})`,
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
            queries: [{ expr: `max(${etcdMetric("debugging_mvcc_keys_total")})`, legend: "keys" }],
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
              { expr: `sum(${etcdRate("mvcc_put_total")})`, legend: "put", color: "green" },
              { expr: `sum(${etcdRate("mvcc_range_total")})`, legend: "range", color: "blue" },
            ],
            width: 12,
          }),
          timeseries({
            title: "Commit rate",
            description:
              "Proposals that the members agreed on: every write, and every renewal of a lease. Healthy: the same on all members.",
            unit: "reqps",
            queries: [{ expr: etcdRate("server_proposals_committed_total"), legend: "{{pod}}" }],
            width: 12,
          }),
          timeseries({
            title: "Proposals that failed or wait",
            description: "Healthy: none fails, and few wait.",
            unit: "none",
            queries: [
              {
                expr: `sum(${etcdRate("server_proposals_failed_total")})`,
                legend: "failed a second",
                color: "red",
              },
              { expr: `sum(${etcdMetric("server_proposals_pending")})`, legend: "waiting", color: "orange" },
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
              {
                expr: `sum(${etcdRate("debugging_lease_granted_total")})`,
                legend: "granted",
                color: "green",
              },
              {
                expr: `sum(${etcdRate("debugging_server_lease_expired_total")})`,
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
            queries: [{ expr: etcdP99("disk_wal_fsync_duration_seconds"), legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.01, color: "orange" }, { from: 0.5, color: "red" }],
            width: 12,
          }),
          timeseries({
            title: "Commit of the database, p99",
            description: "Healthy: below 25 ms.",
            unit: "s",
            queries: [{ expr: etcdP99("disk_backend_commit_duration_seconds"), legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.025, color: "orange" }, { from: 0.25, color: "red" }],
            width: 12,
          }),
          timeseries({
            title: "Database size, against its quota",
            description:
              "What the file takes, what of it is in use, and the quota. Healthy: below 80 % of the quota. A large gap between the first two is mended by defragmentation.",
            unit: "bytes",
            queries: [
              { expr: `max(${etcdMetric("mvcc_db_total_size_in_bytes")})`, legend: "file" },
              { expr: `max(${etcdMetric("mvcc_db_total_size_in_use_in_bytes")})`, legend: "in use" },
              { expr: `min(${etcdMetric("server_quota_backend_bytes")})`, legend: "quota", color: "red" },
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
      ...(replicas > 1 ? [peersRow(replicas)] : []),
    ],
  });
}
