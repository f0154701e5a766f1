import { writeFile } from "node:fs/promises";
import { type CoreV1Api, KubeConfig, type V1Pod } from "@kubernetes/client-node";

/** Lifetime of a token, in seconds. A process reads it once, where a kubelet would renew it. */
const lifetime = 24 * 60 * 60;

/**
 * Writes a kubeconfig file (mode 0600) by which a process acts as its pod's ServiceAccount, with no more rights than that
 * has, in the place of the token that a kubelet mounts.
 */
export async function writeKubeconfig(
  config: KubeConfig,
  core: CoreV1Api,
  { metadata, spec }: V1Pod,
  path: string,
): Promise<void> {
  const { name: podName = "", namespace = "", uid } = metadata ?? {};
  const name = spec?.serviceAccountName ?? "default";
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: podName, uid };
  const body = { spec: { audiences: [], expirationSeconds: lifetime, boundObjectRef } };
  const { status } = await core.createNamespacedServiceAccountToken({ name, namespace, body });
  const cluster = config.getCurrentCluster();
  if (!cluster || !status) throw new Error(`there is no token of the ServiceAccount ${name}`);
  const own = new KubeConfig();
  own.loadFromClusterAndUser(cluster, { name, token: status.token });
  await writeFile(path, own.exportConfig(), { mode: 0o600 });
}
