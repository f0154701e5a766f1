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
  // As parsers take them that know no other flag with such a beginning.
  ...{ "--tensor-parallel": "--tensor-parallel-size", "--pipeline-parallel": "--pipeline-parallel-size" },
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
  "--http-host": "0.0.0.0",
  "--request-plane": "tcp",
  "--discovery-backend": "kubernetes",
};

/** Values by flag; an empty list for a flag alone. Of a flag that is there twice the last counts. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** Reads arguments. What comes before the first flag is under the empty name. */
export function flagsOf(args: readonly string[]): Flags {
  const found = new Map<string, readonly string[]>();
  for (const { flag, values } of writtenIn(args)) {
    found.delete(flag);
    found.set(flag, values);
  }
  for (const [flag, value] of Object.entries(defaults))
    if (isOnly(found.get(flag), value)) found.delete(flag);
  found.delete("--router-kv-events"); // the default
  if (found.get("--disaggregation-mode")?.[0] === "aggregated") found.delete("--disaggregation-mode");
  if (isOnly(found.get("--served-model-name"), found.get("--model")?.[0]))
    found.delete("--served-model-name");
  return found;
}

/**
 * Values of each flag each time that it is there, the last one last: some add up (`--middleware a --middleware b`). Once where
 * it is the same.
 */
export function occurrencesIn(args: readonly string[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const found = new Map<string, (readonly string[])[]>();
  for (const { flag, values } of writtenIn(args)) found.set(flag, [...(found.get(flag) ?? []), values]);
  return new Map([...found].map(([flag, written]) => [flag, occurrences(flag, written)]));
}

function occurrences(flag: string, written: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [last = []] = written.slice(-1);
  const all = written.filter((values) => values.length > 0); // one without values adds nothing
  return isOfOne(flag) || all.every((values) => isSame(values, last)) ? [last] : all;
}

/** An argument's items, each time that it is there, as a list of settings has them. */
export const argsOf = (flag: string, args: readonly string[]): string[] =>
  (occurrencesIn(args).get(flag) ?? []).flatMap((values) => {
    const [first = ""] = values;
    if (values.length === 1 && first.startsWith("-")) return [`${flag}=${first}`];
    return flag === "" ? [...values] : [flag, ...values];
  });

const isSame = (values: readonly string[], others: readonly string[]) =>
  JSON.stringify(values) === JSON.stringify(others);

/** Whether the plan goes by a flag, of which the last counts. */
const isOfOne = (flag: string) =>
  Object.values(names).includes(flag) || own(defaults, flag) !== undefined || flag === "--revision";

/** Arguments in their order. */
function writtenIn(args: readonly string[]): { readonly flag: string; readonly values: string[] }[] {
  const found: { flag: string; values: string[] }[] = [];
  for (const arg of args) {
    const last = found.at(-1);
    if (isFlag(arg)) {
      const [written = "", ...joined] = arg.split("=");
      const [, role] = /^--is-(prefill|decode)-worker$/.exec(canonical(written)) ?? []; // flags of old
      if (role !== undefined) found.push({ flag: "--disaggregation-mode", values: [role] });
      else found.push({ flag: canonical(written), values: joined.length > 0 ? [joined.join("=")] : [] });
    } else if (last) last.values.push(arg);
    else found.push({ flag: "", values: [arg] });
  }
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

/** A value to compare: of JSON its meaning. */
export function meaningOf(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
