/** Whether the members of NATS are all there, and agree on a leader of JetStream. */
import { quorumOf } from "../../../plan/servers/members";
import type { DeclaredServer } from "../declared";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { isPodReady, waitingPods } from "../graphPods";
import { Unread } from "../reading";
import type { NatsMember } from "../readNats";

export function natsHealthy({ members, address }: DeclaredServer, { cluster, nats, at }: Evidence): Finding {
  const { passed, skipped, waiting } = check("NATS", "nats-system");
  if (members === undefined)
    return skipped(`${address} is someone else's: only pods reach it, and /v1/models shows whether they do`);
  const pods = cluster.members.nats;
  if (pods instanceof Unread)
    return pods.isForbidden ? skipped(pods.reason) : waiting(pods.reason, "look at the API server");
  if (nats === undefined || nats instanceof Unread) return skipped("NATS was not asked");
  const ready = pods.filter(isPodReady);
  const { replicas } = members;
  const statuses = nats.flatMap(({ status }) => (status instanceof Unread ? [] : [status]));
  const leaders = new Set(statuses.map(({ cluster }) => cluster?.leader).filter(Boolean));
  const problems = [
    ...(ready.length < replicas ? [`${ready.length} of ${countOf(replicas, "member")} Ready`] : []),
    ...(ready.length < quorumOf(replicas)
      ? [`no quorum, which takes ${quorumOf(replicas)}: JetStream does not write`]
      : []),
    ...nats.flatMap(({ pod, status }) => problemsOf(pod, status, replicas)),
    ...(replicas > 1 && statuses.length > 0 && leaders.size !== 1
      ? [
          leaders.size === 0
            ? "JetStream has no leader"
            : `members know different leaders of JetStream: ${[...leaders].join(", ")}`,
        ]
      : []),
    ...waitingPods(pods, cluster, at),
  ];
  const [leader] = leaders;
  return problems.length === 0
    ? passed(`${countOf(replicas, "member")} healthy${leader ? `, JetStream led by ${leader}` : ""}`)
    : waiting(
        problems.join("; "),
        "look at its members: kubectl --namespace nats-system describe pods; docs/runbooks/NatsNoQuorum.md",
      );
}

function problemsOf(pod: string, status: NatsMember["status"], replicas: number): string[] {
  if (status instanceof Unread) return [`can't ask ${status.reason}`];
  const { health, cluster } = status;
  return [
    ...(health === "ok" ? [] : [`${pod}: ${health}`]),
    ...(replicas > 1 && cluster !== undefined && cluster.size !== replicas
      ? [`${pod} knows a cluster of ${cluster.size}`]
      : []),
  ];
}
