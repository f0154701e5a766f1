/** Mounts as items of the setting `volumes`. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { without } from "../../gpus/reading";
import type { Settings } from "./settings";

/** Names of volumes that are the program's and the operator's. */
const takenNames = /^(model-cache|planner-profile|shared-memory)$/;

/** Name of the volume that a container mounts at a path. */
export function volumeName(path: string, { volumeMounts }: Manifest): string {
  const mount = list(volumeMounts).find((one) => text(at(one, "mountPath")).replace(/\/$/, "") === path);
  return text(at(mount, "name"));
}

/** A volume as the setting has it. */
export function volumeOf(path: string, mount: unknown): Settings {
  const { source, name, subPath, readOnly, ...others } = record(mount);
  const { claim, configMap, secret, emptyDir, hostPath, ...unknown } = record(source);
  const files = record(configMap ?? secret);
  const { items, defaultMode } = files;
  return {
    name: takenNames.test(text(name)) ? `${text(name)}-2` : name,
    mountPath: path,
    subPath,
    readOnly,
    claim,
    ...(configMap !== undefined && { configMap: files.name }),
    ...(secret !== undefined && { secret: files.secretName }),
    emptyDir,
    ...(hostPath !== undefined && { ...without(hostPath, "path"), hostPath: at(hostPath, "path") }),
    items,
    ...(typeof defaultMode === "number" && { defaultMode: `0${defaultMode.toString(8)}` }),
    ...others,
    ...unknown,
  };
}

/** Volumes that the container does not mount: others may, and a pod waits for each. */
export function idleVolumes(
  volumes: ReadonlyMap<string, Manifest>,
  { volumeMounts }: Manifest,
): [string, unknown][] {
  const mounted = list(volumeMounts).map((mount) => text(at(mount, "name")));
  return [...volumes]
    .filter(([name]) => !mounted.includes(name))
    .map(([name, volume]) => [`volume ${name}`, volume]);
}
