/** A cluster as preflight looks at it: what a plan meets there, and nothing secret. It can be kept in a file. */
import { z } from "zod";

/** The place of what could not be read, with the reason. */
const unread = z.object({ unread: z.string() });
export type Unread = z.output<typeof unread>;

/** Whether a part of a snapshot could not be read. */
export function isUnread(part: unknown): part is Unread {
  return typeof part === "object" && part !== null && "unread" in part;
}

/** What is there of an unknown form was not read either. */
const part = <T extends z.ZodType>(schema: T) =>
  z.union([unread, schema]).catch({ unread: "the API server's answer is of a form that is not known" });
const names = z.record(z.string(), z.string()).nullish();
const amounts = z.record(z.string(), z.union([z.string(), z.number()])).nullish();
const metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels: names });
const named = z.object({ metadata: metadata.pick({ name: true }) });
/** Objects of a kind, with the fields of their API that are looked at: of any other, none is kept. */
const objects = <T extends z.ZodType>(schema: T) => part(z.array(schema));
const selector = z.record(z.string(), z.unknown()).nullish();

const api = z.object({
  group: z.string(),
  version: z.string(),
  kinds: z.array(z.object({ kind: z.string(), plural: z.string() })),
});

const operator = z.object({
  namespace: z.string(),
  name: z.string(),
  image: z.string(),
  /** Release that its arguments tell; undefined before 1.0. */
  version: z.string().optional(),
  ready: z.boolean(),
  /** The one namespace whose graphs it makes; undefined: all. */
  namespaceOnly: z.string().optional(),
  /** Its settings, which may be in a ConfigMap that can't be read. Addresses are without users and passwords. */
  settings: part(
    z.object({
      discoveryBackend: z.string().optional(),
      nats: z.string().optional(),
      etcd: z.string().optional(),
      grove: z.boolean().optional(),
    }),
  ),
  /** Pods that answer at its etcd's address. */
  etcdMembers: part(z.number()),
});

const controller = z.object({
  name: z.string(),
  namespace: z.string(),
  images: z.array(z.string()),
  ready: z.boolean(),
});

const node = z.object({
  metadata,
  spec: z
    .object({
      unschedulable: z.boolean().nullish(),
      taints: z
        .array(z.object({ key: z.string(), value: z.string().nullish(), effect: z.string() }))
        .nullish(),
    })
    .optional(),
  status: z
    .object({
      allocatable: amounts,
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
    })
    .optional(),
});

/** Requests of the pods on a node: of each graph, and of all others together. */
const held = z.object({
  node: z.string(),
  namespace: z.string().optional(),
  graph: z.string().optional(),
  amounts: z.record(z.string(), z.number()),
});

const prometheus = z.object({
  metadata,
  spec: z
    .object({
      podMonitorSelector: selector,
      podMonitorNamespaceSelector: selector,
      ruleSelector: selector,
      ruleNamespaceSelector: selector,
    })
    .nullish(),
});

const storageClass = z.object({
  metadata: metadata.pick({ name: true }).extend({
    annotations: z.object({ "storageclass.kubernetes.io/is-default-class": z.string().optional() }).nullish(),
  }),
  provisioner: z.string(),
  volumeBindingMode: z.string().nullish(),
});

const quota = z.object({
  metadata,
  spec: z.object({ hard: amounts, scopes: z.array(z.string()).nullish(), scopeSelector: selector }).nullish(),
  status: z.object({ used: amounts }).nullish(),
});

const limitRange = z.object({
  metadata,
  spec: z.object({
    limits: z.array(z.object({ type: z.string(), max: amounts, default: amounts, defaultRequest: amounts })),
  }),
});

const namespace = z.object({
  metadata: metadata.extend({
    annotations: z.object({ "openshift.io/sa.scc.uid-range": z.string().optional() }).nullish(),
  }),
  status: z.object({ phase: z.string().nullish() }).nullish(),
});

const dnsService = z.object({
  metadata,
  spec: z.object({
    ports: z
      .array(z.object({ port: z.number(), targetPort: z.union([z.string(), z.number()]).nullish() }))
      .nullish(),
  }),
});

const issuer = named.extend({
  kind: z.string(),
  /** Names of its spec's fields, which tell how one of cert-manager's own signs, as `ca`. */
  fields: z.array(z.string()),
  /** Its condition Ready. */
  ready: z.object({ status: z.string(), message: z.string().nullish() }).optional(),
});

/** Version of the form in which snapshots are kept. */
export const snapshotVersion = 1;

export const snapshot = z.object({
  /** Of this form. */
  snapshotVersion: z.literal(snapshotVersion, {
    error: `it is of another version of this program: save it again by \`npm run preflight -- --save FILE\``,
  }),
  takenAt: z.string(),
  kubernetes: part(z.object({ gitVersion: z.string() })),
  apis: objects(api),
  operators: objects(operator),
  /** Deployments of Grove, LeaderWorkerSet and KAI. */
  controllers: objects(controller),
  prometheuses: objects(prometheus),
  storageClasses: objects(storageClass),
  priorityClasses: objects(named),
  ingressClasses: objects(named),
  deviceClasses: objects(named),
  /** Devices that drivers offer, by node. */
  resourceSlices: objects(z.object({ driver: z.string(), node: z.string().optional(), devices: z.number() })),
  nodes: objects(node),
  requests: objects(held),
  namespaces: objects(namespace),
  quotas: objects(quota),
  limitRanges: objects(limitRange),
  /** Services of the cluster's DNS. */
  dns: objects(dnsService),
  /** Those of the kinds that the plan's Certificates name. */
  issuers: objects(issuer).default({
    unread: "the snapshot has none: save it again by `npm run preflight -- --save FILE`",
  }),
  /** Whether something adds nodes by itself. */
  autoscaler: part(z.boolean()),
  /** Whether objects are there that the plan names and does not make, by `namedKey`. */
  named: z.record(z.string(), part(z.boolean())).default({}),
  /** What the user may do, by `rightKey`. */
  rights: z.record(z.string(), part(z.boolean())),
});

export type Snapshot = z.output<typeof snapshot>;
export type ClusterNode = z.output<typeof node>;
export type Operator = z.output<typeof operator>;
export type Prometheus = z.output<typeof prometheus>;

/** Versions in which the API server serves a kind. */
export function servedVersions({ apis }: Snapshot, group: string, kind: string): string[] | Unread {
  if (isUnread(apis)) return apis;
  return apis
    .filter((one) => one.group === group && one.kinds.some((each) => each.kind === kind))
    .map(({ version }) => version);
}
