/** The volumes of a member's pod, as folders. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { V1Pod, V1Volume, V1VolumeMount, V1VolumeProjection } from "@kubernetes/client-node";

/** Text by key, by name of the ConfigMap or Secret. */
export type TextsByName = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A pod, and the contents of the ConfigMaps and Secrets that it mounts. */
export interface VolumeSource {
  readonly pod: V1Pod;
  readonly configMaps?: TextsByName;
  /** Text, not base64. */
  readonly secrets?: TextsByName;
}

/**
 * Makes the folders of a pod that starts, as a kubelet does: a claimed volume keeps what it holds, any other is made
 * anew.
 *
 * @param edit what becomes of the text of each file
 * @throws Error for a ConfigMap or Secret that the source lacks, for some of the items of one, and for other kinds of
 *   volumes than these and emptyDir
 */
export async function makeVolumes(
  source: VolumeSource,
  root: string,
  mounts: readonly V1VolumeMount[],
  edit: (text: string) => string,
): Promise<void> {
  for (const { name, mountPath } of mounts) {
    const folder = join(root, mountPath);
    const isClaimed = volumeOf(source, name).persistentVolumeClaim !== undefined;
    if (!isClaimed) await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const files = isClaimed ? {} : filesOf(name, source);
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, file), edit(text), { mode: 0o600 });
  }
}

function volumeOf({ pod }: VolumeSource, name: string): Partial<V1Volume> {
  return pod.spec?.volumes?.find((volume) => volume.name === name) ?? {};
}

function filesOf(name: string, source: VolumeSource): TextsByName[string] {
  const { emptyDir, projected, configMap, secret } = volumeOf(source, name);
  if (emptyDir) return {};
  const projections: V1VolumeProjection[] = projected?.sources ?? [
    { configMap, ...(secret && { secret: { ...secret, name: secret.secretName } }) },
  ];
  return Object.assign({}, ...projections.map((projection) => textsOf(name, projection, source)));
}

function textsOf(volume: string, { configMap, secret }: V1VolumeProjection, source: VolumeSource) {
  if (configMap && !configMap.items) return found(source.configMaps, configMap.name);
  if (secret && !secret.items) return found(source.secrets, secret.name);
  throw new Error(`the volume ${volume} has no counterpart on this machine`);
}

/** @throws Error where there is no value of the name */
export function found<Value>(values: Readonly<Record<string, Value>> = {}, name = ""): Value {
  const value = values[name];
  if (value === undefined) throw new Error(`${name} is not given`);
  return value;
}
