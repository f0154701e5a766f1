/** The discovery mode of a stack's graphs, and the servers that `nats-etcd` needs. */
import { z } from "zod";
import { count, cpu, label, members, minStorage, storage } from "./fields";
import type { DiscoveryMode } from "./names";
import { serverPlacement } from "./placement";

const storageClass = z
  .string()
  .min(1)
  .optional()
  .meta({ description: "StorageClass of the volumes. Default: the cluster's default class." });

const external = z.literal(true).meta({ description: "A server that someone else runs." });
/** Written or not, it says the same. */
const ownedByStack = z.literal(false).optional().meta({ description: "The stack runs it." });

const secret = (server: string) =>
  label.optional().meta({
    description: `Secret with the keys \`username\` and \`password\` of ${server}, in the graphs' namespace. Default: no credentials.`,
  });

const certificate = (use: string) =>
  label.optional().meta({
    description: `Secret with the keys \`ca.crt\`, \`tls.crt\` and \`tls.key\`, in the graphs' namespace, ${use}.`,
  });

const nats = z
  .discriminatedUnion("external", [
    z.strictObject({
      external: ownedByStack,
      replicas: members(9)
        .default(1)
        .meta({ description: "Members of the NATS cluster, odd. 3 survive the loss of one." }),
      storage: storage.default("1Gi").meta({ description: "Size of each member's JetStream volume." }),
      storageClass,
      cpu: cpu.default("500m").meta({ description: "CPUs of each member." }),
      memory: minStorage("64Mi").default("256Mi").meta({
        description:
          "Memory of each member. A NATS request plane at 100 nodes is better off with 2Gi and more.",
      }),
      placement: serverPlacement.optional(),
    }),
    z.strictObject({
      external,
      server: z
        .string()
        .regex(
          /^(nats|tls):\/\/[^@/\s]+$/,
          'must be an address such as "nats://nats.example.com:4222", without user and password',
        )
        .meta({ description: "Its address, as nats:// or tls://." }),
      secret: secret("NATS"),
      certificate: certificate("beside `secret`: for tls://, from runtime 1.5 on"),
    }),
  ])
  .meta({ description: "NATS with JetStream, in the namespace nats-system." });

const snapshots = z
  .strictObject({
    schedule: z
      .string()
      .regex(/^\S+( \S+){4}$/, 'must be five fields of cron, such as "0 */6 * * *"')
      .default("0 */6 * * *")
      .meta({ description: "Schedule as five fields of cron, in UTC." }),
    keep: count.default(4).meta({ description: "Snapshots that are kept. The oldest go." }),
    storage: storage
      .optional()
      .meta({ description: "Size of their volume. Default: (keep + 1) x the quota." }),
    storageClass,
  })
  .meta({ description: "Scheduled snapshots of etcd to a volume of their own. Default: none." });

const etcd = z
  .discriminatedUnion("external", [
    z.strictObject({
      external: ownedByStack,
      replicas: members(5)
        .default(1)
        .meta({ description: "Members of the etcd cluster: 1, 3 or 5. 3 survive the loss of one." }),
      storage: storage.default("1Gi").meta({ description: "Size of each member's volume, at least 1Gi." }),
      storageClass,
      quota: storage
        .optional()
        .meta({ description: "Limit of the database's size. Default: (storage - 512Mi) / 2, at most 8Gi." }),
      cpu: cpu.default("500m").meta({ description: "CPUs of each member." }),
      memory: minStorage("128Mi").default("512Mi").meta({ description: "Memory of each member." }),
      snapshots: snapshots.optional(),
      placement: serverPlacement.optional(),
    }),
    z.strictObject({
      external,
      endpoints: z
        .array(
          z
            .string()
            .regex(/^https?:\/\/[^@/\s]+$/, 'must be an address such as "http://etcd.example.com:2379"'),
        )
        .min(1, "must list at least one address")
        .meta({ description: "Addresses of its members, as http:// or https://." }),
      secret: secret("etcd"),
      certificate: certificate("in place of `secret`: for https://"),
    }),
  ])
  .meta({ description: "etcd, in the namespace etcd-system." });

const credentials = z
  .strictObject({
    generation: count.default(1).meta({
      description:
        "One more rotates the passwords of NATS and etcd. Those of the generation before stay valid, so that no pod is cut off; one more again revokes them.",
    }),
  })
  .meta({ description: "Passwords of the NATS and etcd that the stack runs." });

/** Schema of `dynamo:discovery`. */
export const discovery = z
  .discriminatedUnion("mode", [
    z.strictObject({
      mode: z.literal("kubernetes").meta({
        description: "EndpointSlices and DynamoWorkerMetadata: nothing else to run. For 2 to 50 nodes.",
      }),
    }),
    z.strictObject({
      mode: z
        .literal("nats-etcd")
        .meta({ description: "etcd for discovery, NATS for events. For 100 nodes and more." }),
      requestPlane: z.enum(["tcp", "nats"]).optional().meta({
        description:
          "How requests reach workers. Default: the runtime's own, which is nats for 0.7 and tcp from 0.8.",
      }),
      nats: nats.prefault({}),
      etcd: etcd.prefault({}),
      credentials: credentials.prefault({}),
      clientNamespaces: z.array(label).optional().meta({
        description:
          "Other namespaces whose pods may connect to the NATS and etcd that the stack runs, such as another stack's. They are there already, and each gets the Secrets of the clients. Default: none.",
      }),
      keepVolumes: z.boolean().default(false).meta({
        description:
          "Whether the namespaces of NATS and etcd, and the volumes in them, outlive `pulumi destroy`.",
      }),
    }),
  ])
  .meta({ description: "How frontends and workers find each other." });

export type DiscoveryConfig = z.output<typeof discovery>;
export type NatsEtcdDiscovery = Extract<DiscoveryConfig, { mode: "nats-etcd" }>;
type Nats = NatsEtcdDiscovery["nats"];
type Etcd = NatsEtcdDiscovery["etcd"];
/** NATS that someone else runs. */
export type ExternalNats = Extract<Nats, { external: true }>;
/** NATS that the stack runs. */
export type NatsConfig = Exclude<Nats, { external: true }>;
/** etcd that the stack runs. */
export type EtcdConfig = Exclude<Etcd, { external: true }>;
/** etcd that someone else runs. */
export type ExternalEtcd = Extract<Etcd, { external: true }>;
export type SnapshotsConfig = NonNullable<EtcdConfig["snapshots"]>;

/** Settings of NATS and etcd; undefined in mode `kubernetes`, which needs neither. */
export function serversOf(discovery: DiscoveryConfig): NatsEtcdDiscovery | undefined {
  switch (discovery.mode) {
    case "kubernetes":
      return undefined;
    case "nats-etcd":
      return discovery;
    default:
      return discovery satisfies never;
  }
}

/** The mode that suits a cluster of so many nodes; undefined where either does. */
export function suitedMode(nodes: number): DiscoveryMode | undefined {
  return nodes >= 100 ? "nats-etcd" : nodes <= 50 ? "kubernetes" : undefined;
}
