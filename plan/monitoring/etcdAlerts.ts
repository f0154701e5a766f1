/**
 * Alerts on the etcd that the stack runs, where kube-prometheus-stack has none: its own select every job with etcd in its
 * name, so they watch leaders, disks, quota and peers here too. But they only count the members that Prometheus knows, and say
 * nothing where it knows none.
 */
import { quorumOf } from "../servers/members";
import type { AlertGroup } from "./alerts";
import { etcdJob } from "./selectors";

/** @param replicas members */
export function etcdAlerts(replicas: number): AlertGroup {
  const of = `{job="${etcdJob}"}`;
  const quorum = quorumOf(replicas);
  return {
    name: "etcd",
    namespace: "etcd-system",
    alerts: [
      {
        name: "EtcdNoQuorum",
        severity: "critical",
        expr: `(count(etcd_server_has_leader${of} == 1) or vector(0)) < ${quorum}`,
        for: replicas > 1 ? "1m" : "3m", // one alone is away for as long when it restarts
        summary: `{{ $value }} of ${replicas} members of etcd have a leader, and ${quorum} are needed`,
        description:
          "Workers can't keep their leases: graphs lose them, and runtimes of 0.8 and 0.9 end themselves within seconds.",
      },
      ...(replicas > 1
        ? [
            {
              name: "EtcdMembersMissing",
              severity: "warning" as const,
              // Where none is there the other two tell it.
              expr: `count(etcd_server_has_leader${of} == 1) < ${replicas}`,
              for: "10m",
              summary: `{{ $value }} of ${replicas} members of etcd have a leader`,
              description:
                "The others carry on. As many more may go as the quorum allows: with three members none.",
            },
          ]
        : []),
      {
        name: "EtcdMetricsMissing",
        severity: "warning",
        expr: `absent(up${of})`,
        for: "10m",
        summary: "Prometheus knows no member of etcd",
        description: "Its pods are gone, or the PodMonitor is not selected: what they do is not known.",
      },
    ],
  };
}
