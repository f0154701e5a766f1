/** Arguments as parsers understand them: by flag, under one name for each, without those that are at their default. */
import { own } from "../../config/own";

/** Other names of flags. */
const names: Readonly<Record<string, string>> = {
  ...{
    "-tp": "--tensor-parallel-size",
    "--tp": "--tensor-parallel-size",
    "--tp-size": "--tensor-parallel-size",
  },
  ...{ "-pp": "--pipeline-parallel-size", "--pp": "--pipeline-parallel-size" },
  "--pp-size": "--pipeline-parallel-size",
  ...{ "-dp": "--data-parallel-size", "--dp": "--data-parallel-size", "--dp-size": "--data-parallel-size" },
  ...{ "--ep": "--expert-parallel-size", "--ep-size": "--expert-parallel-size" },
  ...{ "--expert-model-parallel-size": "--expert-parallel-size", "-ep": "--enable-expert-parallel" },
  ...{ "--model-path": "--model", "-m": "--model", "--model-name": "--served-model-name" },
  "--enable-attention-dp": "--enable-dp-attention",
  "--no-kv-events": "--no-router-kv-events",
  "--kv-events": "--router-kv-events",
};

/** Values that say nothing, as the parser has them by itself. */
const defaults: Readonly<Record<string, string>> = {
  "--tensor-parallel-size": "1",
  "--pipeline-parallel-size": "1",
  "--data-parallel-size": "1",
  "--expert-parallel-size": "1",
  "--disaggregation-mode": "agg",
  "--router-mode": "round-robin",
  "--http-port": "8000",
  "--request-plane": "tcp",
  "--discovery-backend": "kubernetes",
};

/** Values by flag; an empty list for a flag alone. Of a flag that is there twice the last counts. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** Reads arguments. What comes before the first flag is under the empty name. */
export function flagsOf(args: readonly string[]): Flags {
  const found = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const arg of args) {
    if (isFlag(arg)) {
      const [written = "", ...joined] = arg.split("=");
      const flag = canonical(written);
      values = joined.length > 0 ? [joined.join("=")] : [];
      found.delete(flag);
      found.set(flag, values);
    } else if (values) values.push(arg);
    else {
      values = [arg];
      found.set("", values);
    }
  }
  roles(found);
  for (const [flag, value] of Object.entries(defaults))
    if (isOnly(found.get(flag), value)) found.delete(flag);
  found.delete("--router-kv-events"); // the default
  if (found.get("--disaggregation-mode")?.[0] === "aggregated") found.delete("--disaggregation-mode");
  if (isOnly(found.get("--served-model-name"), found.get("--model")?.[0]))
    found.delete("--served-model-name");
  return found;
}

/** Whether a word is a flag, and no number. */
const isFlag = (word: string) => /^--?[A-Za-z]/.test(word);

const isOnly = (values: readonly string[] | undefined, value: string | undefined) =>
  value !== undefined && values?.length === 1 && values[0] === value;

/** A flag's name, under which parsers have it. */
function canonical(flag: string): string {
  const name = flag.replaceAll("_", "-");
  return own(names, name) ?? name;
}

/** Flags of old for a worker's part. */
function roles(flags: Map<string, string[]>): void {
  for (const role of ["prefill", "decode"])
    if (flags.delete(`--is-${role}-worker`)) flags.set("--disaggregation-mode", [role]);
}

/** A value to compare: of JSON its meaning. */
export function meaningOf(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
