/** Whether the members of etcd are all there, of one cluster with one leader, and have room. */
import { quorumOf } from "../../../plan/servers/members";
import type { DeclaredServer } from "../declared";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { isPodReady, waitingPods } from "../graphPods";
import type { EtcdReading, EtcdStatus } from "../readEtcd";
import { Unread } from "../reading";

export function etcdHealthy({ members, address }: DeclaredServer, { cluster, etcd, at }: Evidence): Finding {
  const { passed, skipped, waiting } = check("etcd", "etcd-system");
  if (members === undefined)
    return skipped(`${address} is someone else's: only pods reach it, and /v1/models shows whether they do`);
  const pods = cluster.members.etcd;
  if (pods instanceof Unread)
    return pods.isForbidden ? skipped(pods.reason) : waiting(pods.reason, "look at the API server");
  if (etcd === undefined || etcd instanceof Unread) return skipped("etcd was not asked");
  const ready = pods.filter(isPodReady);
  const { replicas } = members;
  const statuses = etcd.members.flatMap(({ status }) => (status instanceof Unread ? [] : [status]));
  const hasQuorum = ready.length >= quorumOf(replicas) && !hangs(etcd);
  const problems = [
    ...(ready.length < replicas ? [`${ready.length} of ${countOf(replicas, "member")} Ready`] : []),
    ...(hasQuorum ? [] : [`no quorum, which takes ${quorumOf(replicas)}: nothing can register`]),
    ...etcd.members.flatMap(({ status }) => (status instanceof Unread ? [`can't ask ${status.reason}`] : [])),
    ...disagreements(statuses),
    ...etcd.members.flatMap(({ pod, status }) => (status instanceof Unread ? [] : troubles(pod, status))),
    ...waitingPods(pods, cluster, at),
  ];
  if (problems.length === 0) {
    const fullest = Math.max(0, ...statuses.map(share));
    const room = fullest > 0 ? `, ${Math.ceil(fullest * 100)} % of its quota used` : "";
    return passed(`${countOf(replicas, "member")} healthy with one leader${room}`);
  }
  const isFull = statuses.some(({ errors }) => errors.some((error) => error.includes("NOSPACE")));
  return waiting(
    problems.join("; "),
    isFull
      ? "raise dynamo:discovery.etcd.quota, or make room by etcdctl compact and etcdctl defrag; then etcdctl alarm disarm"
      : "look at its members: kubectl --namespace etcd-system describe pods; docs/runbooks/EtcdNoQuorum.md",
  );
}

/** Readiness notices the loss of a quorum after half a minute. A member without one gives nobody a token until then. */
function hangs({ members }: EtcdReading): boolean {
  const reasons = members.map(({ status }) => (status instanceof Unread ? status.reason : ""));
  return reasons.length > 0 && reasons.every((reason) => /in time|within|timed out|no leader/.test(reason));
}

function disagreements(statuses: readonly EtcdStatus[]): string[] {
  const clusters = new Set(statuses.map(({ header }) => header.cluster_id));
  const leaders = new Set(statuses.map(({ leader }) => leader));
  return [
    ...(clusters.size > 1 ? ["its members are of different clusters"] : []),
    ...(leaders.has("0")
      ? ["it has no leader"]
      : leaders.size > 1
        ? ["its members know different leaders"]
        : []),
  ];
}

/** Used share of its quota, 0 to 1; 0 where the quota is not known. */
const share = ({ dbSize, dbSizeQuota }: EtcdStatus) => (dbSizeQuota > 0 ? dbSize / dbSizeQuota : 0);

function troubles(pod: string, status: EtcdStatus): string[] {
  return [
    ...status.errors.map((error) => `${pod}: ${error}`),
    ...(share(status) >= 1 ? [`${pod}: its database has reached the quota`] : []),
  ];
}
