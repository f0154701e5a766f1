/** The engine's own settings: a file, or an argument each. */
import { stringify } from "yaml";
import { contentName } from "../contentName";
import type { Json } from "./engineOverrides";

/** Where a worker finds the file. */
const folder = "/etc/dynamo-engine";
const fileName = "engine.yaml";
export const engineFile = `${folder}/${fileName}`;
export const engineVolume = "engine-config";

/** The ConfigMap with an engine's file, and how pods mount it. */
export function engineConfigMap(deployment: string, namespace: string, component: string, settings: Json) {
  const text = stringify(settings);
  const name = contentName(`${deployment}-${component.toLowerCase()}-engine`, text);
  return {
    object: {
      apiVersion: "v1" as const,
      kind: "ConfigMap" as const,
      metadata: { name, namespace },
      data: { [fileName]: text },
    },
    volume: { name: engineVolume, configMap: { name } },
    volumeMount: { name: engineVolume, mountPath: folder, readOnly: true },
  };
}

export type ConfigMapPlan = ReturnType<typeof engineConfigMap>["object"];

/** Settings as arguments, in the way that vLLM and SGLang read files of them: a list as words, an object as JSON. */
export function argsOf(settings: Json = {}): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll("_", "-")}`;
    if (value === false || value === null) return [];
    if (value === true) return [flag];
    if (Array.isArray(value)) return [flag, ...value.map(textOf)];
    return [flag, textOf(value)];
  });
}

const textOf = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
