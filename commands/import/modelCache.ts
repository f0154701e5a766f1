/** The volume that a graph's models are in. */
import { isPath } from "../../config/graph";
import { at, list, record, text } from "../../gpus/manifest";
import type { Component } from "./component";
import type { Settings } from "./settings";

/** Folders that Hugging Face's library looks in by itself. */
const ownFolder = /\.cache\/huggingface\b/;

/**
 * The `modelCache` of a graph: of the claims and directories that its workers mount, the one that has the model, or
 * Hugging Face's cache. Empty where none is.
 */
export function cacheOf(model: string, pools: readonly Component[]): Settings {
  const [first] = pools;
  const mounts = list(first?.container.volumeMounts).map(record);
  const home = text(first?.fields.get("env HF_HOME"));
  const isWithin = (path: string, folder: string) => `${path}/`.startsWith(`${folder.replace(/\/$/, "")}/`);
  const isOfModels = ({ mountPath, name, readOnly }: Settings) => {
    const path = text(mountPath);
    const volume = first?.volumes.get(text(name));
    // One that nothing can be written to is a volume like others.
    const isReadOnly = readOnly === true || at(volume, "persistentVolumeClaim", "readOnly") === true;
    if (sourceOf(volume) === undefined || path === "" || isReadOnly) return false;
    if (isPath(model)) return isWithin(model, path);
    return ownFolder.test(path) || (home !== "" && isWithin(home, path));
  };
  const found = mounts.find(isOfModels);
  const source = sourceOf(first?.volumes.get(text(found?.name)));
  if (source === undefined) return {};
  const mountPath = text(found?.mountPath).replace(/\/$/, "");
  return {
    modelCache: { ...source, ...(mountPath !== "/home/dynamo/.cache/huggingface" && { mountPath }) },
  };
}

function sourceOf(volume: unknown): Settings | undefined {
  const claim = text(at(volume, "persistentVolumeClaim", "claimName"));
  const directory = text(at(volume, "hostPath", "path"));
  if (claim !== "") return { claim };
  return directory === "" ? undefined : { hostPath: directory };
}
