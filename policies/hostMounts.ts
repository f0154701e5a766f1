import { at, type Manifest, text } from "../gpus/manifest";
import { partsOf } from "../gpus/parts";

/** A directory or device of a node that a pod mounts, by a volume of its own or by a PersistentVolume. */
interface HostMount {
  /** Path of the field: `spec.volumes.0.hostPath`. */
  readonly place: string;
  /** As written. */
  readonly directory: string;
  /** Whether it is a local volume, which the scheduler knows. */
  readonly isLocal: boolean;
}

/** Mounts of nodes' directories and devices in an object, at any depth. */
export function hostMountsOf(manifest: Manifest): HostMount[] {
  return partsOf(manifest)
    .filter(({ key }) => key === "hostPath" || key === "local")
    .map(({ key, value, path }) => ({
      place: path,
      directory: text(at(value, "path")),
      isLocal: key === "local",
    }))
    .filter(({ directory }) => directory !== "");
}
