/** Inputs of resources as the objects that they make. */
import type { KubernetesObject } from "./clusterApi";
import { hasUnknown, isMap, type Properties } from "./properties";

/** `kubernetes:core/v1:Pod` is kind Pod of v1. */
export function identity(type: string): Pick<KubernetesObject, "apiVersion" | "kind"> {
  const [, groupVersion = "", kind = ""] = type.split(":");
  return { apiVersion: groupVersion.replace(/^core\//, ""), kind };
}

/** A Secret's `stringData` is for writing only: a server shows it as base64 in `data`. */
export function withEncodedData(inputs: KubernetesObject): Properties {
  const { stringData, ...others } = inputs;
  if (inputs.kind !== "Secret" || !isMap(stringData) || hasUnknown(stringData)) return { ...inputs };
  const encoded = Object.entries(stringData).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString("base64"),
  ]);
  return { ...others, data: { ...(inputs.data as Properties), ...Object.fromEntries(encoded) } };
}
