import type {
  V1DaemonSet,
  V1Deployment,
  V1Endpoints,
  V1Job,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Service,
  V1StatefulSet,
  V1StorageClass,
} from "@kubernetes/client-node";
import type { ClusterApi, KubernetesObject } from "./clusterApi";

/** An object that exists and is not ready; `reasons` say what was seen of it last. */
export class NotReady extends Error {
  constructor(
    message: string,
    readonly reasons: readonly string[],
    readonly live: KubernetesObject,
  ) {
    super(message);
  }
}

/** Messages on what is missing until an object is ready; empty when it is. `waited` is in milliseconds. */
export type Missing = (
  live: KubernetesObject,
  cluster: ClusterApi,
  waited: number,
) => readonly string[] | Promise<readonly string[]>;

/** Condition that an object of this kind is awaited for; undefined where a kind is ready at once. */
export const missingOfKind = ({ apiVersion, kind }: KubernetesObject) =>
  byKind[`${apiVersion}/${kind}`] as Missing | undefined;

/** Milliseconds that a Service without any endpoint is given to find one. */
const endpointsSettle = 10_000;

const isTrue = (conditions: { type: string; status: string }[] | undefined, type: string) =>
  conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;

/** A workload has rolled out when its controller has seen the current spec and every count is as wanted. */
async function rollout(
  { metadata, spec, status }: V1Deployment | V1StatefulSet | V1DaemonSet,
  cluster: ClusterApi,
  wanted: number,
  counts: readonly (number | undefined)[],
  problems: readonly string[] = [],
) {
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  if (isSeen && problems.length === 0 && counts.every((count = 0) => count === wanted)) return [];
  const ready = Math.min(...counts.map((count = 0) => count));
  const { matchLabels = {} } = spec?.selector ?? {};
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod" }, metadata?.namespace, labels.join(","));
  return [
    `${ready} out of ${wanted} replicas succeeded readiness checks`,
    ...problems,
    ...pods.flatMap((pod) => podProblem(pod as unknown as V1Pod)),
  ];
}

function podProblem({ metadata, status }: V1Pod): string[] {
  if (isTrue(status?.conditions, "Ready") || status?.phase === "Succeeded") return [];
  const states = status?.containerStatuses?.map(({ state }) => state?.waiting ?? state?.terminated) ?? [];
  const failed = states.find((state) => state?.reason && state.reason !== "ContainerCreating");
  const unmet = status?.conditions?.find(({ status, message }) => status !== "True" && message);
  const problem = failed
    ? `[${failed.reason}] ${failed.message ?? ""}`
    : (unmet?.message ?? `is ${status?.phase}`);
  return [`[Pod ${metadata?.namespace}/${metadata?.name}]: ${problem}`];
}

/** Conditions of readiness by kind, after the official plugin (4.32 to 4.34). Other kinds are ready at once. */
const byKind: Record<string, unknown> = {
  "apps/v1/Deployment": (live: V1Deployment, cluster: ClusterApi) => {
    const {
      replicas,
      updatedReplicas,
      readyReplicas,
      availableReplicas,
      conditions = [],
    } = live.status ?? {};
    const counts = [replicas, updatedReplicas, readyReplicas, availableReplicas];
    const failing = conditions.filter(
      ({ type, status }) => (type === "ReplicaFailure") === (status === "True"),
    );
    const problems = failing.map(({ reason, message }) => `[${reason}] ${message}`);
    return rollout(live, cluster, live.spec?.replicas ?? 0, counts, problems);
  },
  "apps/v1/StatefulSet": (live: V1StatefulSet, cluster: ClusterApi) => {
    const { replicas, readyReplicas, currentReplicas, currentRevision, updateRevision } = live.status ?? {};
    const wanted = live.spec?.replicas ?? 0;
    if (live.spec?.updateStrategy?.type === "OnDelete" && live.metadata?.generation !== 1) {
      return rollout(live, cluster, wanted, [replicas, readyReplicas]);
    }
    const counts = [replicas, readyReplicas, currentReplicas];
    const revisions = `from revision "${currentRevision}" to revision "${updateRevision}"`;
    const problems =
      currentRevision === updateRevision ? [] : [`StatefulSet controller failed to advance ${revisions}`];
    return rollout(live, cluster, wanted, counts, problems);
  },
  "apps/v1/DaemonSet": (live: V1DaemonSet, cluster: ClusterApi) => {
    const {
      desiredNumberScheduled = 0,
      currentNumberScheduled,
      numberAvailable,
      numberReady,
    } = live.status ?? {};
    const counts = [currentNumberScheduled, numberAvailable, numberReady];
    if (live.spec?.updateStrategy?.type !== "OnDelete") counts.push(live.status?.updatedNumberScheduled);
    return rollout(live, cluster, desiredNumberScheduled, counts);
  },
  "batch/v1/Job": (live: V1Job) => {
    const failed = live.status?.conditions?.find(
      ({ type, status }) => type === "Failed" && status === "True",
    );
    if (failed) {
      const reasons = [`[${failed.reason}] ${failed.message}`];
      const message = `Resource '${live.metadata?.name}' was created but failed to initialize`;
      throw new NotReady(message, reasons, live as unknown as KubernetesObject);
    }
    return isTrue(live.status?.conditions, "Complete") ? [] : [`${live.status?.active ?? 0} Pods active`];
  },
  "v1/PersistentVolumeClaim": async ({ spec, status }: V1PersistentVolumeClaim, cluster: ClusterApi) => {
    if (status?.phase === "Bound") return [];
    const waiting = `PersistentVolumeClaim is ${status?.phase}`;
    if (!spec?.storageClassName) return [waiting];
    const metadata = { name: spec.storageClassName };
    const storageClass = await cluster.read({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata,
    });
    const { volumeBindingMode } = storageClass as unknown as V1StorageClass;
    return volumeBindingMode === "WaitForFirstConsumer" && status?.phase === "Pending" ? [] : [waiting];
  },
  "v1/Pod": (live: V1Pod) => podProblem(live),
  "v1/Service": async (live: V1Service, cluster: ClusterApi, waited: number) => {
    const { spec, status } = live;
    const missing: string[] = [];
    if (spec?.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length) {
      missing.push("Service was not allocated an IP address; does your cloud provider support this?");
    }
    const isAwaited = spec?.type !== "ExternalName" && spec?.clusterIP !== "None";
    if (!isAwaited || Object.keys(spec?.selector ?? {}).length === 0) return missing;
    const endpoints = (await cluster
      .read({ ...(live as unknown as KubernetesObject), kind: "Endpoints" })
      .catch(() => ({}))) as V1Endpoints;
    const ready = endpoints.subsets?.some(({ addresses }) => addresses?.length);
    const pending = endpoints.subsets?.some(({ notReadyAddresses }) => notReadyAddresses?.length);
    // Since 4.17 a Service that selects no Pod at all is let through once its endpoints had time to settle.
    if (pending || (!ready && waited < endpointsSettle)) {
      missing.push(
        "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
      );
    }
    return missing;
  },
};
