/** Kinds of objects that are known: what a guard does not know, it does not let through. */
import { at, text } from "./manifest";

/** Group of an object's API; empty of the core's. */
export function groupOf(object: unknown): string {
  const [group = "", version] = text(at(object, "apiVersion")).split("/", 2);
  return version === undefined ? "" : group;
}

/** The kind of an object; of a patch, that of what it changes. */
export function kindOf(object: unknown): string {
  return text(at(object, "kind")).replace(/(?<=.)Patch$/, "");
}

/** Whether an object is a patch: it changes one of which the rest is not in the plan. */
export function isPatch(object: unknown): boolean {
  return kindOf(object) !== text(at(object, "kind"));
}

/** Kind with its group, as `apps/Deployment` and `/Pod`. */
export function groupKindOf(object: unknown): string {
  return `${groupOf(object)}/${kindOf(object)}`;
}

/** Groups of Kubernetes itself, in which no custom resource can be. */
const ownGroups =
  /^(|apps|batch|autoscaling|policy|extensions|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|internal\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage|storagemigration)\.k8s\.io)$/;

/** Whether an object is of a kind of Kubernetes itself. */
export function isOwn(object: unknown): boolean {
  return ownGroups.test(groupOf(object));
}

/** Kinds of Kubernetes itself that change what others make, as it is made. */
const changesOthers = /^admissionregistration\.k8s\.io\/Mutating/;

/** Groups and kinds that make no pods, or make only such as are the platform's own. Their objects are searched for GPUs all the same. */
const podless = new RegExp(
  `^(${[
    "perses\\.dev/.*",
    "monitoring\\.coreos\\.com/(ServiceMonitor|PodMonitor|Probe|PrometheusRule|AlertmanagerConfig|ScrapeConfig)",
    "grafana\\.integreatly\\.org/Grafana.+",
    "(acme\\.)?cert-manager\\.io/.*",
    "external-secrets\\.io/.*",
    "bitnami\\.com/SealedSecret",
    "secrets-store\\.csi\\.x-k8s\\.io/SecretProviderClass",
    "(gateway|inference)\\.networking\\.(x-)?k8s\\.io/.*",
    "(networking|security|telemetry)\\.istio\\.io/.*",
    "(traefik\\.io|projectcontour\\.io|cilium\\.io|crd\\.projectcalico\\.org)/.*",
    "(route|security|network)\\.openshift\\.io/.*",
    "networking\\.gke\\.io/.*",
    "cloud\\.google\\.com/(BackendConfig|ComputeClass)",
    "(elbv2|vpcresources)\\.k8s\\.aws/.*",
    "k8s\\.cni\\.cncf\\.io/NetworkAttachmentDefinition",
    "sriovnetwork\\.openshift\\.io/SriovNetwork.*",
    "(snapshot|groupsnapshot)\\.storage\\.k8s\\.io/.*",
    "kueue\\.x-k8s\\.io/(ClusterQueue|LocalQueue|ResourceFlavor|WorkloadPriorityClass|AdmissionCheck|Cohort|Topology)",
    "scheduling\\.volcano\\.sh/(Queue|PodGroup)",
    "scheduling\\.run\\.ai/(Queue|PodGroup)",
    "scheduling\\.x-k8s\\.io/(PodGroup|ElasticQuota)",
    "autoscaling\\.k8s\\.io/VerticalPodAutoscaler.*",
    "metrics\\.k8s\\.io/.*",
    "keda\\.sh/(Cluster)?TriggerAuthentication",
    "karpenter\\.sh/NodePool",
    "karpenter\\.k8s\\.aws/EC2NodeClass",
    "(source|notification)\\.toolkit\\.fluxcd\\.io/.*",
    "argoproj\\.io/AppProject",
    "jetstream\\.nats\\.io/.*",
    "grove\\.io/ClusterTopology",
    "nvidia\\.com/(DynamoModel|DynamoWorkerMetadata|ClusterPolicy|NVIDIADriver)",
    "resource\\.nvidia\\.com/ComputeDomain",
  ].join("|")})$`,
);

/** Kinds that make objects which no plan shows: Helm's charts, and what other controllers fetch. */
const unseen = new RegExp(
  `^(${[
    "helm\\.sh/Release",
    "argoproj\\.io/Application(Set)?", // Argo CD
    ".*\\.toolkit\\.fluxcd\\.io/(HelmRelease|Kustomization)", // Flux
    "fleet\\.cattle\\.io/(GitRepo|HelmOp|Bundle)", // Fleet
    "helm\\.cattle\\.io/HelmChart(Config)?", // k3s and RKE2
    "helm(\\.m)?\\.crossplane\\.io/Release", // Crossplane
    "pulumi\\.com/(Stack|Program)", // Pulumi's operator
  ].join("|")})$`,
);

/** Whether an object makes others that are not in the plan: it is let through object by object. */
export function isUnseen(object: unknown): boolean {
  return unseen.test(groupKindOf(object));
}

/** Whether an object is of a kind that is known to make no pods, or none that a plan shows. */
export function isPodless(object: unknown): boolean {
  const kind = groupKindOf(object);
  return isOwn(object) ? !changesOthers.test(kind) : podless.test(kind) || unseen.test(kind);
}
