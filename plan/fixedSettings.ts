/** Settings that what was made by them keeps for life: a change of them is refused before anything is made of it. */
import { at, text } from "../gpus/manifest";
import { quantity } from "../gpus/quantity";
import { memberSettingChanges } from "./servers/members";

/** Settings of a model cache's claim, by the field that has them. */
const claimFields = {
  accessMode: ["spec", "accessModes"],
  storageClass: ["spec", "storageClassName"],
  size: ["spec", "resources", "requests", "storage"],
} as const;

/** Reasons why an object can't be changed; empty where it can. Both are its manifests, before and after. */
export function fixedSettingChanges(before: unknown, after: unknown): string[] {
  return [...memberSettingChanges(before, after), ...claimChanges(before, after)];
}

/** A claim may grow, where its class lets it. */
function claimChanges(before: unknown, after: unknown): string[] {
  if (![before, after].every((manifest) => at(manifest, "spec", "accessModes"))) return [];
  const graph = text(at(after, "metadata", "name")).replace(/-model-cache$/, "");
  return Object.entries(claimFields).flatMap(([setting, path]) => {
    const [old, wanted] = [before, after].map((manifest) => oneOf(at(manifest, ...path)));
    if (![old, wanted].every(isKnown)) return [];
    if (setting === "size" ? Number(quantity(wanted)) >= Number(quantity(old)) : old === wanted) return [];
    const change = `can't change from ${old ?? "the default"} to ${wanted ?? "the default"}`;
    return `✖ ${change}: a claim keeps it for life; write it back, or take graph ${graph} out for an update and then in again, with a new claim that downloads its model anew → at dynamo:graphs[].modelCache.pvc.${setting} of ${graph}`;
  });
}

/** The value, or that of a list with one. */
const oneOf = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value);

/** What comes of another resource may not be known in a preview. */
const isKnown = (value: unknown) => value === undefined || typeof value === "string";
