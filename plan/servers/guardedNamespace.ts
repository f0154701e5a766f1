import type { MemberSetNames } from "./members";
import type { ServerContext } from "./serverContext";

/** A namespace of the stack's own: restricted pods, and no traffic but what a policy lets through. */
export interface GuardedNamespacePlan {
  readonly namespace: ReturnType<typeof namespaceManifest>;
  readonly networkPolicies: readonly ReturnType<typeof networkPolicy>[];
}

type Labels = Readonly<Record<string, string>>;
type Peer = ReturnType<typeof podsLabelled> | ReturnType<typeof podsIn>;

interface Traffic {
  readonly port: number;
  readonly peers: readonly Peer[];
}

interface Rules {
  readonly name: string;
  /** Pods that the rules are for. */
  readonly pods: Labels;
  readonly ingress: readonly Traffic[];
  readonly egress: readonly Traffic[];
}

/** Pods of the same namespace, by their labels. */
export function podsLabelled(labels: Labels) {
  return { podSelector: { matchLabels: labels } };
}

/** Every pod of a namespace. */
function podsIn(namespace: string) {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

/** The rules of members: clients and tools reach them, they reach each other, and Prometheus reads their metrics. */
export function memberRules(
  { name, labels }: MemberSetNames,
  ports: Readonly<Record<"client" | "peer" | "metrics", { readonly port: number }>>,
  { clients, monitoring }: ServerContext,
  tools: readonly Peer[] = [],
): Rules {
  const members = { port: ports.peer.port, peers: [podsLabelled(labels)] };
  return {
    name,
    pods: labels,
    ingress: [
      { port: ports.client.port, peers: [...clients.map(podsIn), ...tools] },
      members,
      { port: ports.metrics.port, peers: [podsIn(monitoring)] },
    ],
    egress: [members],
  };
}

export function guardedNamespace(name: string, rules: readonly Rules[]): GuardedNamespacePlan {
  return {
    namespace: namespaceManifest(name),
    networkPolicies: [denyAll(name), ...rules.map((rule) => networkPolicy(name, rule))],
  };
}

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
function namespaceManifest(name: string) {
  const levels = ["enforce", "audit", "warn"].map((mode) => [
    `pod-security.kubernetes.io/${mode}`,
    "restricted",
  ]);
  return { metadata: { name, labels: Object.fromEntries(levels) as Record<string, string> } };
}

function denyAll(namespace: string) {
  return networkPolicy(namespace, { name: "deny-all", pods: {}, ingress: [], egress: [] });
}

/**
 * Egress to any address: a cluster's DNS may be a cache on the node, which no selector finds. OpenShift's pods of DNS listen on
 * 5353, and policies see the port behind the Service.
 */
const dns = {
  ports: [53, 5353].flatMap((port) => ["UDP", "TCP"].map((protocol) => ({ port, protocol }))),
};

function networkPolicy(namespace: string, { name, pods, ingress, egress }: Rules) {
  const ports = (port: number) => [{ port, protocol: "TCP" }];
  const outward = egress.map(({ port, peers }) => ({ ports: ports(port), to: [...peers] }));
  return {
    metadata: { name, namespace },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ["Ingress", "Egress"],
      ingress: ingress.map(({ port, peers }) => ({ ports: ports(port), from: [...peers] })),
      egress: outward.length > 0 ? [dns, ...outward] : [],
    },
  };
}
