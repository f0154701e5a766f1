import { issuerName } from "../../config/encryption";
import { at, record, text } from "../../gpus/manifest";
import type { Issuance } from "../certificates/certificates";
import type { Server } from "./credentials";
import { onePerNode } from "./pods";

/** Members of NATS or etcd, with a volume each, which clients reach as one and each other by name. */
export interface MemberSetNames {
  readonly name: Server;
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

export function memberSet(name: Server): MemberSetNames {
  return {
    name,
    namespace: `${name}-system`,
    headless: `${name}-headless`,
    labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": name },
  };
}

/** Name of a member on the network, below the headless Service. */
export function memberHost({ headless, namespace }: MemberSetNames, member: string, domain: string): string {
  return `${member}.${headless}.${namespace}.svc.${domain}`;
}

/** Names of the members, as the StatefulSet gives them. */
export function memberNames({ name }: MemberSetNames, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, i) => `${name}-${i}`);
}

interface MemberPod {
  readonly containers: { name: string }[];
}

interface Members<Pod> {
  readonly replicas: number;
  /** Size of each member's volume, which is named `data`. */
  readonly storage: string;
  readonly storageClass: string | undefined;
  readonly ports: { readonly client: Port; readonly others: readonly Port[] };
  readonly annotations?: Readonly<Record<string, string>>;
  /** Undefined: they speak plain text. */
  readonly certificate: Issuance | undefined;
  readonly pod: Pod;
}

export type MemberManifests = ReturnType<typeof memberManifests<MemberPod>>;

/** Everything that members consist of. */
export function memberManifests<Pod extends MemberPod>(set: MemberSetNames, members: Members<Pod>) {
  const { name, namespace, labels } = set;
  const metadata = { name, namespace, labels };
  return {
    serviceAccount: { metadata, automountServiceAccountToken: false },
    // Of a single member too: a budget of none would hold up every drain of its node.
    disruptionBudget: { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
    services: memberServices(set, members),
    statefulSet: statefulSet(set, members),
  };
}

/** Number of members that must agree: more than half of them. */
export function quorumOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

/** Whether too few members are left for a quorum where a zone goes, over which they are spread as evenly as can be. */
export const goWithZone = (members: number, zones: number) =>
  members - Math.ceil(members / zones) < quorumOf(members);

/** Settings that a set of members keeps for life, as annotations, by which an update notices a change of them. */
export const fixedSettings = {
  replicas: "dynamo/replicas",
  storage: "dynamo/storage",
  storageClass: "dynamo/storage-class",
} as const;

/** Annotation of members that speak TLS, which they begin or end for all clients at once, and who signs their certificates. */
const encryptedBy = "dynamo/encryption";

const encryptedByWhom = ({ issuerRef }: Issuance) =>
  issuerRef === undefined ? "mutual TLS" : `mutual TLS by ${issuerName(issuerRef)}`;

/** Reasons why members can't be changed; empty where they can. Both are the manifests of what carries their settings. */
export function memberSettingChanges(before: unknown, after: unknown): string[] {
  const [old, wanted] = [before, after].map((manifest) => record(at(manifest, "metadata", "annotations")));
  const server = text(at(after, "metadata", "labels", "app.kubernetes.io/name"));
  const changes = Object.entries(fixedSettings)
    .filter(([, annotation]) => old?.[annotation] !== undefined && old[annotation] !== wanted?.[annotation])
    .map(
      ([setting, annotation]) =>
        `✖ can't change from ${old?.[annotation] || "the default"} to ${wanted?.[annotation] || "the default"}: members and volumes keep what ` +
        `they were made with; write it back, or move the graphs to mode kubernetes and then to new servers → at ` +
        `dynamo:discovery.${server}.${setting}`,
    );
  const isEncryptionSame =
    old?.[fixedSettings.replicas] === undefined || old[encryptedBy] === wanted?.[encryptedBy];
  return isEncryptionSame
    ? changes
    : [
        ...changes,
        `✖ can't ${encryptionChange(old?.[encryptedBy], wanted?.[encryptedBy])}; write it back, or move the graphs to mode kubernetes and then to new servers → at dynamo:encryption`,
      ];
}

function encryptionChange(before: unknown, after: unknown): string {
  if (before && after)
    return "have another issuer where NATS and etcd are: those whose certificates two have signed don't trust each other";
  return `${after ? "begin" : "end"} where NATS and etcd are: clients with and without TLS can't share them`;
}

/** The Service for clients, and the one by which members find each other before they are ready. */
function memberServices<Pod>(
  set: MemberSetNames,
  { replicas, storage, storageClass, ports, certificate }: Members<Pod>,
) {
  const { name, namespace, headless, labels } = set;
  const annotations = {
    [fixedSettings.replicas]: String(replicas),
    [fixedSettings.storage]: storage,
    [fixedSettings.storageClass]: storageClass ?? "",
    ...(certificate && { [encryptedBy]: encryptedByWhom(certificate) }),
  };
  const portsOf = (all: readonly Port[]) => all.map((port) => ({ ...port, targetPort: port.name }));
  return {
    client: {
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: portsOf([ports.client]) },
    },
    headless: {
      metadata: { name: headless, namespace, labels, annotations },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: labels,
        ports: portsOf([ports.client, ...ports.others]),
      },
    },
  };
}

function statefulSet<Pod extends MemberPod>(set: MemberSetNames, members: Members<Pod>) {
  const { name, namespace, headless, labels } = set;
  const { replicas, storage, storageClass, annotations, pod } = members;
  return {
    metadata: { name, namespace, labels },
    spec: {
      serviceName: headless,
      replicas,
      podManagementPolicy: "Parallel", // the first member alone is never ready: it waits for its peers
      // Volumes go with the namespace, and never with a StatefulSet that is made anew.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(annotations && { annotations }) },
        spec: {
          serviceAccountName: name,
          ...(replicas > 1 && { topologySpreadConstraints: onePerNode(labels, replicas) }),
          ...pod,
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storageClass !== undefined && { storageClassName: storageClass }),
            resources: { requests: { storage } },
          },
        },
      ],
    },
  };
}
