/** What NATS and etcd have in common: members with a volume each, which clients reach as one and each other by name. */

export interface MemberSet {
  readonly name: string;
  readonly namespace: string;
  /** Name of the Service that gives each member a name of its own. */
  readonly headless: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly appProtocol?: string;
}

export function memberSet(name: string): MemberSet {
  return {
    name,
    namespace: `${name}-system`,
    headless: `${name}-headless`,
    labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": name },
  };
}

/** Name of a member on the network, below the headless Service. */
export function memberHost({ headless, namespace }: MemberSet, member: string): string {
  return `${member}.${headless}.${namespace}.svc.cluster.local`;
}

/** Names of the members, as the StatefulSet gives them. */
export function memberNames({ name }: MemberSet, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, i) => `${name}-${i}`);
}

/** The Service for clients, and the one by which members find each other before they are ready. */
export function memberServices(
  { name, namespace, headless, labels }: MemberSet,
  client: Port,
  others: readonly Port[],
) {
  const portsOf = (ports: readonly Port[]) => ports.map((port) => ({ ...port, targetPort: port.name }));
  return {
    client: { metadata: { name, namespace, labels }, spec: { selector: labels, ports: portsOf([client]) } },
    headless: {
      metadata: { name: headless, namespace, labels },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: labels,
        ports: portsOf([client, ...others]),
      },
    },
  };
}

interface Members<Pod> {
  readonly replicas: number;
  /** Size of each member's volume, which is named `data`. */
  readonly storage: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly pod: Pod;
}

export function memberStatefulSet<Pod>(
  set: MemberSet,
  { replicas, storage, annotations, pod }: Members<Pod>,
) {
  const { name, namespace, headless, labels } = set;
  return {
    metadata: { name, namespace, labels },
    spec: {
      serviceName: headless,
      replicas,
      podManagementPolicy: "Parallel", // the first member alone is never ready: it waits for its peers
      selector: { matchLabels: labels },
      template: { metadata: { labels, ...(annotations && { annotations }) }, spec: pod },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
        },
      ],
    },
  };
}
