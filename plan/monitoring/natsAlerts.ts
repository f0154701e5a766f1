import { quorumOf } from "../servers/members";
import type { Alert, AlertGroup } from "./alerts";
import { natsJob, workerJobs } from "./selectors";

/**
 * Alerts on the NATS that the stack runs.
 * @param replicas members
 * @param graphs namespace of the graphs
 * @param clients names of the pods of workers that connect, as a regular expression; none where it is undefined
 */
export function natsAlerts(replicas: number, graphs: string, clients: string | undefined): AlertGroup {
  const clustered = replicas > 1;
  return {
    name: "nats",
    namespace: "nats-system",
    alerts: [
      ...(clustered ? [memberDown, noQuorum(replicas), membersMissing(replicas)] : [onlyMemberDown]),
      {
        name: "NatsSlowConsumers",
        severity: "warning",
        expr: `increase(nats_varz_slow_consumers${of()}[10m]) > 0`,
        for: "1m",
        summary: "{{ $labels.pod }} has cut off clients that read too slowly",
        description: "What was on its way to them is lost: KV events, or answers to requests over NATS.",
      },
      {
        name: "NatsStorageHigh",
        severity: "warning",
        expr: `nats_varz_jetstream_stats_storage${of()} / nats_varz_jetstream_config_max_storage${of()} > 0.8`,
        for: "5m",
        summary: "JetStream of {{ $labels.pod }} is {{ $value | humanizePercentage }} full",
        description: "When it is full, it takes no more KV events.",
      },
      ...(clients === undefined ? [] : [noConnections(graphs, clients)]),
      {
        name: "NatsMetricsMissing",
        severity: "warning",
        expr: `absent(up${of()})`,
        for: "10m",
        summary: "Prometheus knows no member of NATS",
        description: "Its pods are gone, or the PodMonitor is not selected: what they do is not known.",
      },
    ],
  };
}

const of = (more = "") => `{job="${natsJob}"${more}}`;

// The exporter outlives the server and repeats its last numbers. Only its question about health goes unanswered.
const memberDown: Alert = {
  name: "NatsDown",
  severity: "warning",
  expr: `up${of()} == 0 or (up${of()} == 1 unless on (pod) nats_healthz_status${of()})`,
  for: "1m",
  summary: "NATS of {{ $labels.pod }} does not answer",
  description: "The others carry on. What the dashboard has of this member is gone or frozen.",
};

/** Fires whatever the reason: also where its pod is Pending, or gone. */
const onlyMemberDown: Alert = {
  name: "NatsDown",
  severity: "critical",
  expr: `(count(nats_healthz_status${of()}) or vector(0)) == 0`,
  for: "3m", // it is away for as long when it restarts
  summary: "NATS does not answer",
  description: "KV events are lost, and requests over NATS wait.",
};

function noConnections(graphs: string, clients: string): Alert {
  const workers = `up{job=~"${workerJobs}",namespace="${graphs}",pod=~"${clients}"}`;
  return {
    name: "NatsNoConnections",
    severity: "warning",
    expr: `sum(nats_varz_connections${of()}) == 0 and on () sum(${workers}) > 0`,
    for: "5m",
    summary: "workers run, and nobody is connected to NATS",
    description: "They can't reach it, or may not: KV events are lost, and requests over NATS wait.",
  };
}

/** Also where a member's pod is Pending, or gone: then its exporter is, too, and says nothing. */
function membersMissing(replicas: number): Alert {
  return {
    name: "NatsMembersMissing",
    severity: "warning",
    expr: `count(nats_healthz_status${of()}) < ${replicas}`,
    for: "10m",
    summary: `{{ $value }} of ${replicas} members of NATS answer`,
    description: "The others carry on. As many more may go as the quorum allows: with three members none.",
  };
}

function noQuorum(replicas: number): Alert {
  const quorum = quorumOf(replicas);
  return {
    name: "NatsNoQuorum",
    severity: "critical",
    expr: `(count(nats_server_total_streams${of(',meta_leader!=""')}) or vector(0)) < ${quorum}`,
    for: "1m",
    summary: `{{ $value }} of ${replicas} members of NATS have a leader, and ${quorum} are needed`,
    description:
      "No stream can be made, and those of several replicas take no writes. Requests over NATS still pass.",
  };
}
