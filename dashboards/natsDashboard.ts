/** NATS overview: whether the message bus is well, and what goes over it. */
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { toBytes, toCores } from "../config/sizes";
import { quorumOf } from "../plan/servers/members";
import type { ServerSummary } from "../plan/servers/summary";
import { dashboard } from "./dashboard";
import { clusterRow, jetStreamRow } from "./jetStream";
import { liveNatsMetric, natsMetric, storageShare } from "./natsMetrics";
import { memberThresholds, stat, timeseries } from "./panel";

/** The dashboard of the NATS that the stack runs. */
export function natsDashboard({ replicas, cpu, memory }: NonNullable<ServerSummary["members"]>): Dashboard {
  const clustered = replicas > 1;
  const quorum = quorumOf(replicas);
  return dashboard({
    title: "NATS overview",
    uid: "dynamo-nats",
    description:
      "NATS carries KV events, and requests where the request plane is NATS. KV caches never pass it.",
    rows: [
      {
        title: "Health",
        panels: [
          stat({
            title: "Members up",
            description: `Members that answer, also where their exporter does without them. Healthy: ${replicas}.${clustered ? ` Below ${quorum} no stream can be made.` : ""}`,
            unit: "none",
            queries: [{ expr: `count(${natsMetric("healthz_status")}) or vector(0)`, legend: "members" }],
            thresholds: memberThresholds(replicas),
            width: 4,
          }),
          ...(clustered ? [metaLeader(quorum)] : []),
          stat({
            title: "Connections",
            description:
              "Clients: each worker that publishes KV events, each frontend that routes by them, and all of both where requests go over NATS. Healthy: not 0 while graphs run.",
            unit: "none",
            queries: [
              { expr: `sum(${liveNatsMetric("varz_connections")}) or vector(0)`, legend: "connections" },
            ],
            thresholds: ["red", { from: 1, color: "green" }],
            width: 4,
          }),
          stat({
            title: "Slow consumers",
            description:
              "Clients that were cut off in the last hour because they read too slowly. Healthy: 0. What was on its way to them is lost.",
            unit: "none",
            queries: [
              { expr: `sum(increase(${natsMetric("varz_slow_consumers")}[1h]))`, legend: "slow consumers" },
            ],
            thresholds: ["green", { from: 1, color: "red" }],
            width: 4,
          }),
          stat({
            title: "JetStream storage",
            description:
              "Fullest member, as a share of what JetStream may take of its volume. Healthy: below 80 %.",
            unit: "percentunit",
            queries: [{ expr: `max(${storageShare})`, legend: "storage" }],
            thresholds: ["green", { from: 0.8, color: "orange" }, { from: 0.95, color: "red" }],
            width: 4,
          }),
          stat({
            title: "JetStream messages",
            description:
              "Messages that are stored now, of each stream once. Healthy: the KV events of the last hour, and no more.",
            unit: "short",
            queries: [
              {
                expr: `sum(${natsMetric("stream_total_messages", ',is_stream_leader="true"')}) or vector(0)`,
                legend: "messages",
              },
            ],
            width: 4,
          }),
        ],
      },
      {
        title: "Traffic",
        panels: [
          timeseries({
            title: "Message rate",
            description:
              "Messages of clients, without those between members. Healthy: it follows the load. Nothing goes out where nobody routes by KV events.",
            unit: "mps",
            queries: [
              {
                expr: `sum(rate(${natsMetric("varz_in_client_msgs")}[$__rate_interval]))`,
                legend: "in",
                color: "green",
              },
              {
                expr: `sum(rate(${natsMetric("varz_out_client_msgs")}[$__rate_interval]))`,
                legend: "out",
                color: "blue",
              },
            ],
            width: 12,
          }),
          timeseries({
            title: "Data rate",
            description:
              "Bytes of clients. Healthy: it follows the load. Prompts and answers only pass NATS where the request plane is NATS.",
            unit: "binBps",
            queries: [
              {
                expr: `sum(rate(${natsMetric("varz_in_client_bytes")}[$__rate_interval]))`,
                legend: "in",
                color: "green",
              },
              {
                expr: `sum(rate(${natsMetric("varz_out_client_bytes")}[$__rate_interval]))`,
                legend: "out",
                color: "blue",
              },
            ],
            width: 12,
          }),
          timeseries({
            title: "Connections by member",
            description:
              "Healthy: about the same on all members. A drop to 0 and back is a restart of the member or of the graphs.",
            unit: "none",
            queries: [{ expr: liveNatsMetric("varz_connections"), legend: "{{pod}}" }],
            width: 12,
          }),
          timeseries({
            title: "Subscriptions above the idle baseline",
            description:
              "Subscriptions of clients, the first 1,024 of each member. The 65 that an idle member has for itself, or 195 in a cluster, are not among them. Healthy: above 0 while requests go over NATS.",
            unit: "none",
            queries: [{ expr: liveNatsMetric("connz_subscriptions"), legend: "{{pod}}" }],
            width: 12,
          }),
        ],
      },
      {
        title: "Resources",
        panels: [
          timeseries({
            title: "CPU, as a share of its cores",
            description: `Of ${cpu}, which a member may use. Healthy: below 80 %; above, messages wait.`,
            unit: "percentunit",
            queries: [{ expr: `(${liveNatsMetric("varz_cpu")}) / ${100 * toCores(cpu)}`, legend: "{{pod}}" }],
            thresholds: ["green", { from: 0.8, color: "red" }],
            width: 12,
            max: 1,
          }),
          timeseries({
            title: "Memory, against its limit",
            description: `Resident memory. The limit is ${memory}; at it the member is killed. Healthy: below 80 % of it.`,
            unit: "bytes",
            queries: [{ expr: liveNatsMetric("varz_mem"), legend: "{{pod}}" }],
            thresholds: [
              "green",
              { from: 0.8 * toBytes(memory), color: "orange" },
              { from: toBytes(memory), color: "red" },
            ],
            width: 12,
            max: toBytes(memory),
          }),
        ],
      },
      jetStreamRow(),
      ...(clustered ? [clusterRow(replicas)] : []),
    ],
  });
}

function metaLeader(quorum: number) {
  return stat({
    title: "Meta leader",
    description: `The member that decides on streams, by the vote of at least ${quorum}. Healthy: one name. None: no quorum.`,
    unit: "none",
    queries: [
      {
        expr: `max by (meta_leader) (${natsMetric("server_total_streams", ',meta_leader!=""')})`,
        legend: "{{meta_leader}}",
      },
    ],
    width: 4,
    text: "name",
  });
}
