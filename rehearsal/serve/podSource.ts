/** The objects that a pod refers to, read from the cluster. */
import { mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import type { VolumeSource } from "../members/volumes";

/** The pod with every ConfigMap and Secret of its namespace. */
export async function readPodSource(core: CoreV1Api, pod: V1Pod): Promise<VolumeSource> {
  const namespace = pod.metadata?.namespace ?? "";
  const [configMaps, secrets] = await Promise.all([
    core.listNamespacedConfigMap({ namespace }),
    core.listNamespacedSecret({ namespace }),
  ]);
  return {
    pod,
    configMaps: byName(configMaps.items, (text) => text),
    secrets: byName(secrets.items, (base64) => Buffer.from(base64, "base64").toString()),
  };
}

interface TextObject {
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, string>>;
}

function byName(objects: readonly TextObject[], decode: (text: string) => string) {
  return Object.fromEntries(
    objects.map(({ metadata, data = {} }) => [
      metadata?.name ?? "",
      Object.fromEntries(Object.entries(data).map(([key, text]) => [key, decode(text)])),
    ]),
  );
}

/**
 * Puts the volumes that a pod claims where its server mounts them: the control plane's own provisioner has made a folder
 * for each, and deletes it with the volume.
 * @param root folder in the place of the container's `/`
 */
export async function linkClaimedVolumes(
  core: CoreV1Api,
  { metadata, spec }: V1Pod,
  root: string,
): Promise<void> {
  const namespace = metadata?.namespace ?? "";
  for (const { name, mountPath } of spec?.containers[0]?.volumeMounts ?? []) {
    const claim = spec?.volumes?.find((volume) => volume.name === name)?.persistentVolumeClaim;
    if (!claim) continue;
    const bound = await core.readNamespacedPersistentVolumeClaim({ name: claim.claimName, namespace });
    const volume = await core.readPersistentVolume({ name: bound.spec?.volumeName ?? "" });
    const folder = volume.spec?.hostPath?.path;
    if (!folder) throw new Error(`the volume of ${claim.claimName} has no counterpart on this machine`);
    await link(folder, join(root, mountPath));
  }
}

async function link(folder: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === folder) return;
  await rm(at, { recursive: true, force: true });
  await mkdir(dirname(at), { recursive: true });
  await symlink(folder, at);
}
