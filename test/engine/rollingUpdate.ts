/** A rolling update at the limit of a quota, as the operator's Deployments make it. */
import { setTimeout } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, type V1DeploymentSpec, type V1PodSpec } from "@kubernetes/client-node";
import { apiClient } from "../../rehearsal/clients";
import type { Rehearsal } from "../../rehearsal/rehearsal";

/**
 * How far the update comes of a Deployment that fills the quota of a namespace of its own, by one GPU a pod, until it
 * has ended or made no progress for 10 s. Where the quota has refused a pod, its ReplicaSet tries again after ever longer
 * pauses: the last pods may take minutes.
 */
export async function rollingUpdate({ kubeconfig }: Rehearsal, replicas: number) {
  const core = apiClient(kubeconfig, CoreV1Api);
  const apps = apiClient(kubeconfig, AppsV1Api);
  const namespace = `rolling-${replicas}`;
  const name = "workers";
  const deployment = (image: string) => ({ metadata: { name }, spec: specOf(replicas, image) });
  const over = async () => {
    for (;;) {
      const { metadata, status } = await apps.readNamespacedDeployment({ namespace, name });
      const condition = (type: string) => status?.conditions?.find((one) => one.type === type);
      const progress = condition("Progressing")?.reason ?? "";
      const failure = condition("ReplicaFailure")?.message;
      if (
        status?.observedGeneration === metadata?.generation &&
        ["NewReplicaSetAvailable", "ProgressDeadlineExceeded"].includes(progress)
      )
        return { failure, updated: status?.updatedReplicas ?? 0 };
      await setTimeout(200);
    }
  };
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedResourceQuota({
    namespace,
    body: { metadata: { name: "gpus" }, spec: { hard: { "requests.nvidia.com/gpu": String(replicas) } } },
  });
  await apps.createNamespacedDeployment({ namespace, body: deployment("pause:1") });
  await over();
  await apps.replaceNamespacedDeployment({ namespace, name, body: deployment("pause:2") });
  return over();
}

function specOf(replicas: number, image: string): V1DeploymentSpec {
  const labels = { app: "workers" };
  return {
    replicas,
    selector: { matchLabels: labels },
    progressDeadlineSeconds: 10,
    template: { metadata: { labels }, spec: gpuPod(1, image) },
  };
}

/** A pod with one container that asks for GPUs. */
export function gpuPod(gpus: number, image: string): V1PodSpec {
  return {
    containers: [{ name: "main", image, resources: { limits: { "nvidia.com/gpu": String(gpus) } } }],
  };
}
