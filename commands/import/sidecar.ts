import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { containerFields, envOf } from "./containerFields";
import { isFlagByEnv, withFlags } from "./envFlags";
import { executedBy } from "./executed";
import type { Settings } from "./settings";

/** A component's frontend beside its engine, as a container; undefined where it has none. */
export function sidecarIn(part: unknown, containers: readonly Manifest[]): Manifest | undefined {
  const named = at(part, "frontendSidecar");
  const name = typeof named === "string" ? named : "frontendSidecar"; // as v1alpha1's is read
  return (
    containers.find((one) => one.name === name) ??
    containers.find((one) => one.name !== "main" && executed(one).module === "dynamo.frontend")
  );
}

/** The image's own program is Python. */
const executed = (container: Manifest) =>
  executedBy({ command: ["python3"], ...container }, new Map<string, string | undefined>());

/** Env by which the operator tells a frontend beside an engine who it is, written out where it did not yet. */
export const operatorsEnv = "(DYNAMO_PORT|DYN_NAMESPACE|DYN_COMPONENT|DYN_PARENT_DGD_K8S_(NAME|NAMESPACE))";

/** Its fields, each by the name that it has of a main container. */
export function sidecarFields(sidecar: Manifest | undefined): [string, unknown][] {
  if (sidecar === undefined) return [];
  const { envFromSecret: secret, ...container } = sidecar; // v1alpha1's
  const envFrom = [...list(sidecar.envFrom), ...(secret ? [{ secretRef: { name: secret } }] : [])];
  const { executed: command, env } = withFlags(executed(sidecar), envOf(sidecar));
  return containerFields({ ...container, envFrom }, command, env, new Map()).map(([field, value]) => [
    `beside.${field}`,
    value,
  ]);
}

/** Flags that the stack decides. */
const decided = /^--(router-mode|http-port|http-host)$/;

/** What a graph's `frontend` says of those beside its engines. @param main image of the engine */
export function sidecarSettings(sidecar: Manifest | undefined, main: string): Settings {
  if (sidecar === undefined) return {};
  const args = executed(sidecar).args.filter(
    (arg, i, all) => !decided.test(arg.replace(/=.*/s, "")) && !decided.test(all[i - 1] ?? ""),
  );
  const env = list(sidecar.env)
    .map(record)
    .filter(
      ({ name }) =>
        !new RegExp(`^${operatorsEnv}$`).test(text(name)) &&
        !isFlagByEnv(text(name)) &&
        sidecarFields({ ...sidecar, env: [{ name }] }).some(([field]) => field.endsWith(` ${name}`)),
    );
  const image = text(sidecar.image);
  return {
    ...(image !== main && { image }),
    ...(args.length > 0 && { args }),
    ...(env.length > 0 && { env }),
  };
}

/** The settings of an Endpoint Picker that must be there from the start. */
export function pickerSettings({
  name,
  fields,
}: {
  readonly name: string;
  readonly fields: ReadonlyMap<string, unknown>;
}): Settings {
  const { config, ...others } = record(fields.get("field.eppConfig"));
  return {
    name,
    blockSize: Number(fields.get("env DYN_KV_CACHE_BLOCK_SIZE") ?? 16),
    ...(config !== undefined && Object.keys(others).length === 0 && { config }),
  };
}
