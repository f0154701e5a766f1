/** The objects that a stack's components will make, before any of them is there. */
import type { StackConfig } from "../config/schema";
import { dashboards } from "../dashboards";
import type { Manifest } from "../gpus/manifest";
import { budgetQuota } from "../plan/budget";
import { type CertificatePlan, secretType } from "../plan/certificates/certificates";
import { certificateKind, certificateManifest } from "../plan/certificates/certManager";
import type { EncryptionPlan, ServersPlan } from "../plan/discoveryPlane";
import { frontendRoute, frontendService } from "../plan/graph/frontendService";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { prometheusRule } from "../plan/monitoring/alerts";
import { certificateAlerts } from "../plan/monitoring/certificateAlerts";
import { podMonitorSpec } from "../plan/monitoring/podMonitors";
import { clientSecret, type Server } from "../plan/servers/credentials";
import type { GuardedNamespacePlan } from "../plan/servers/guardedNamespace";
import type { MemberManifests } from "../plan/servers/members";
import type { StackPlan } from "../plan/stack";
import { dashboardConfigMap } from "./dashboards";

/**
 * All objects of a stack: what the components make, without the label of the stack and without what Secrets hold. A graph is as its
 * plan has it, without what is asked of Pulumi.
 */
export function plannedObjects(
  plan: StackPlan,
  config: Pick<StackConfig, "monitoring">,
  hasToken: boolean,
): Manifest[] {
  const { name: namespace, create } = plan.namespace;
  return [
    ...(create ? [core("Namespace", { metadata: { name: namespace } })] : []),
    ...(plan.discovery.encryption ? certificatesOf(plan.discovery.encryption) : []),
    ...(plan.discovery.servers ? ofServers(plan.discovery.servers, namespace) : []),
    ...(plan.gpus.budget === undefined ? [] : [core("ResourceQuota", budgetQuota(namespace, plan.gpus))]),
    ...(hasToken
      ? plan.huggingFaceSecrets.map((name) => core("Secret", { metadata: { name, namespace } }))
      : []),
    ...plan.graphs.flatMap(ofGraph),
    ...ofMonitoring(plan, config.monitoring),
  ];
}

type Unnamed = { readonly metadata: object };

const object = (apiVersion: string, kind: string, manifest: Unnamed): Manifest => ({
  apiVersion,
  kind,
  ...manifest,
});
const core = (kind: string, manifest: Unnamed) => object("v1", kind, manifest);

function ofServers({ nats, etcd, ...clients }: ServersPlan, namespace: string): Manifest[] {
  const secretsOf = (server: Server) => clientSecrets(server, clients, namespace);
  return [
    ...(nats
      ? [
          ...secretsOf("nats"),
          ...ofNamespace(nats.guard),
          core("ConfigMap", nats.configMap),
          core("Secret", nats.auth),
          ...ofCertificate(nats.certificate),
          ...ofMembers(nats.members),
        ]
      : []),
    ...(etcd
      ? [
          ...secretsOf("etcd"),
          ...ofNamespace(etcd.guard),
          core("Secret", etcd.auth),
          ...ofCertificate(etcd.certificate),
          core("ConfigMap", etcd.access.configMap),
          ...ofMembers(etcd.members),
          object("batch/v1", "Job", etcd.access.job),
          ...(etcd.snapshots
            ? [
                core("PersistentVolumeClaim", etcd.snapshots.claim),
                object("batch/v1", "CronJob", etcd.snapshots.cronJob),
              ]
            : []),
        ]
      : []),
  ];
}

function ofCertificate(certificate: CertificatePlan | undefined): Manifest[] {
  if (certificate === undefined) return [];
  const { metadata, issuerRef } = certificate;
  return issuerRef === undefined
    ? [core("Secret", { metadata, ...{ type: secretType } })]
    : [{ ...certificateKind, ...certificateManifest({ ...certificate, issuerRef }) }];
}

const certificatesOf = ({ certificate, copies }: EncryptionPlan) =>
  [certificate, ...copies].flatMap(ofCertificate);

/** Of the current generation where the graphs are, and of all that are valid elsewhere. */
function clientSecrets(
  server: Server,
  { credentials, clientNamespaces }: Pick<ServersPlan, "credentials" | "clientNamespaces">,
  namespace: string,
): Manifest[] {
  const places = [
    { namespace, generation: credentials.generation },
    ...clientNamespaces.flatMap((other) =>
      credentials.valid.map((generation) => ({ namespace: other, generation })),
    ),
  ];
  return places.map(({ namespace, generation }) => {
    const { stringData: _, ...secret } = clientSecret(server, namespace, { ...credentials, generation }, {});
    return core("Secret", secret);
  });
}

const ofNamespace = ({ namespace, networkPolicies }: GuardedNamespacePlan): Manifest[] => [
  core("Namespace", namespace),
  ...networkPolicies.map((policy) => object("networking.k8s.io/v1", "NetworkPolicy", policy)),
];

const ofMembers = (set: MemberManifests): Manifest[] => [
  core("ServiceAccount", set.serviceAccount),
  object("policy/v1", "PodDisruptionBudget", set.disruptionBudget),
  core("Service", set.services.headless),
  core("Service", set.services.client),
  object("apps/v1", "StatefulSet", set.statefulSet),
];

function ofGraph({
  deployment,
  modelCache,
  download,
  before,
  scalers,
  loras,
  frontend,
}: GraphPlan): Manifest[] {
  const route = frontend && frontendRoute(frontend);
  return [
    ...(modelCache ? [core("PersistentVolumeClaim", modelCache)] : []),
    ...(download ? [object("batch/v1", "Job", download)] : []),
    ...[...before, deployment, ...scalers, ...loras].map((one) => ({ ...one })),
    ...(frontend ? [core("Service", frontendService(frontend))] : []),
    ...(route ? [{ ...route }] : []),
  ];
}

function ofMonitoring(plan: StackPlan, monitoring: StackConfig["monitoring"]): Manifest[] {
  const monitored = (kind: string, manifest: Unnamed) => object("monitoring.coreos.com/v1", kind, manifest);
  const labels = { release: monitoring.release };
  const certificates = plan.discovery.encryption ? [certificateAlerts(plan.namespace.name, Number.NaN)] : [];
  return [
    ...plan.podMonitors.map((one) => {
      const metadata = { name: one.name, namespace: one.namespace, labels };
      return monitored("PodMonitor", { metadata, ...{ spec: podMonitorSpec(one) } });
    }),
    ...[...plan.alerts, ...certificates].map((group) =>
      monitored("PrometheusRule", prometheusRule(group, monitoring)),
    ),
    ...dashboards(plan).map((one) => core("ConfigMap", dashboardConfigMap(one))),
  ];
}
