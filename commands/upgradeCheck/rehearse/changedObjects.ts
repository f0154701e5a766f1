/** Objects of a cluster that an update changes, as the engine tells of them. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { RehearsedMove } from "./rehearsed";

export type ChangedObjects = RehearsedMove["objects"];

const kinds: Readonly<Record<string, keyof ChangedObjects>> = {
  create: "created",
  update: "updated",
  "create-replacement": "replaced",
  delete: "deleted",
};

/** Hears of an update's resources, and keeps those that are objects of a cluster. */
export function changedObjects() {
  const objects: { [Kind in keyof ChangedObjects]: string[] } = {
    created: [],
    updated: [],
    replaced: [],
    deleted: [],
  };
  return {
    objects,
    hear({ resOutputsEvent }: EngineEvent) {
      const { op = "", type = "", urn = "" } = resOutputsEvent?.metadata ?? {};
      const kind = kinds[op];
      if (kind === undefined || !type.startsWith("kubernetes:")) return;
      objects[kind].push(`${type.split(":").at(-1)}/${urn.split("::").at(-1)}`);
    },
  };
}
