/** A component's memory service, failover and checkpoint, which the API's versions have at different places. */
import { own } from "../../config/own";
import { defaultGpuClass } from "../../config/snapshots";
import { at, type Manifest, record } from "../../gpus/manifest";
import { without } from "../../gpus/reading";
import type { Settings } from "./settings";

/** Fields of a component that are read here. */
export const snapshotFields = ["gpuMemoryService", "failover", "checkpoint", "experimental"];

/** Defaults of the API, which say nothing. */
const defaults: Manifest = { deviceClassName: defaultGpuClass, mode: "intrapod", startupPolicy: "Immediate" };

/** Those that are on, without what says nothing. */
export function snapshotsOf(part: unknown): [string, unknown][] {
  const experimental = at(part, "experimental");
  const known = ["gpuMemoryService", "failover", "checkpoint"];
  const found = known.map((name) => [name, at(part, name) ?? at(experimental, name)] as const);
  return [
    ...found
      .filter(([, field]) => field !== undefined && at(field, "enabled") !== false)
      .map(([name, field]): [string, unknown] => [`experimental.${name}`, [saidBy(field)]]),
    ...Object.entries(without(experimental, ...known)).map(([name, field]): [string, unknown] => [
      `experimental.${name}`,
      field,
    ]),
  ];
}

const saidBy = (field: unknown) =>
  Object.fromEntries(
    Object.entries(without(field, "enabled")).filter(
      ([name, value]) => (name === "mode" ? String(value).toLowerCase() : value) !== own(defaults, name),
    ),
  );

/** The setting of one of them, undefined where none says all of it. */
export function snapshotSetting(name: string, field: unknown): Settings | undefined {
  const { deviceClassName, startupPolicy, checkpointRef, ...others } = record((field as unknown[])[0]);
  if (Object.keys(others).length > 0) return undefined;
  if (name === "gpuMemoryService") return { deviceClass: deviceClassName ?? defaultGpuClass };
  if (name !== "checkpoint") return undefined;
  return checkpointRef === undefined ? { startupPolicy: startupPolicy ?? "Immediate" } : { checkpointRef };
}
