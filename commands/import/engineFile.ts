/** Files of arguments, which engines of vLLM and SGLang read with `--config`. */
import { parse } from "yaml";
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { argsOf } from "../../plan/engines/engineConfig";
import type { Executed } from "./executed";
import { flagsOf } from "./flags";

/** What is executed, with the arguments of its file in place of the file, where that is at hand. */
export function withFile(
  executed: Executed,
  container: Manifest,
  volumes: ReadonlyMap<string, Manifest>,
  beside: readonly Manifest[],
): Executed {
  const { module, args } = executed;
  const i = args.indexOf("--config");
  const file = args[i + 1];
  if (i < 0 || file === undefined || !/^dynamo\.(vllm|sglang)$/.test(module ?? "")) return executed;
  const written = flagsOf(args);
  // Arguments of the command line count more.
  const settings = Object.fromEntries(
    Object.entries(record(parsed(textOf(file, container, volumes, beside)))).filter(([name]) =>
      [...flagsOf([`--${name}`]).keys()].every((flag) => !written.has(flag)),
    ),
  );
  return Object.keys(settings).length === 0
    ? executed
    : { ...executed, args: [...argsOf(settings), ...args.toSpliced(i, 2)] };
}

function parsed(source: string): unknown {
  try {
    return parse(source);
  } catch {
    return undefined;
  }
}

/** Text of a file that a ConfigMap is mounted for; empty where it is not at hand. */
function textOf(
  file: string,
  { volumeMounts }: Manifest,
  volumes: ReadonlyMap<string, Manifest>,
  beside: readonly Manifest[],
): string {
  for (const mount of list(volumeMounts)) {
    const folder = text(at(mount, "mountPath"));
    const source = at(volumes.get(text(at(mount, "name"))), "configMap");
    const object = beside.find(
      (one) => one.kind === "ConfigMap" && at(one, "metadata", "name") === at(source, "name"),
    );
    const data = record(object?.data);
    if (object === undefined || !file.startsWith(folder)) continue;
    const name = text(at(mount, "subPath")) || file.slice(folder.length).replace(/^\//, "");
    const item = list(at(source, "items")).find((one) => at(one, "path") === name);
    return text(data[text(at(item, "key")) || name]);
  }
  return "";
}
