/** What runs in the place of a worker's container: the engine itself, or the mocker. */
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Env } from "../../config/runtime/release";
import { engineArgs, engineEnv } from "../engines/enginePod";
import { type Engines, enginePorts } from "../engines/engines";
import type { Place } from "../members/place";
import type { LocalPod } from "../members/pod";
import { mockerArgs } from "../runtime/modules";
import { writeTinyModel } from "../runtime/tinyModel";

interface WorkerOptions {
  readonly pod: V1Pod;
  /** Folder of models. */
  readonly models: string;
  readonly engines: Engines | undefined;
  readonly module: string;
  readonly args: readonly string[];
  readonly place: Place;
}

/** Module of a process with its arguments, and what else it needs. */
interface Program extends Pick<LocalPod, "ended"> {
  readonly args: readonly string[];
  readonly env?: Env;
}

/** @throws Error where the arguments name no model, or an engine finds no GPUs */
export async function workerProgram({
  pod,
  module,
  args,
  place,
  models,
  engines,
}: WorkerOptions): Promise<Program> {
  const source = flagValue(args, "--model") ?? flagValue(args, "--model-path");
  const name = flagValue(args, "--served-model-name") ?? source;
  if (!name) throw new Error("the worker's arguments name no --model");
  // A frontend reads the tokenizer by the name, and an engine the config by the source.
  for (const folder of new Set([name, source ?? name]))
    await writeTinyModel(join(models, folder), engines?.model);
  if (!engines) return { args: ["dynamo.mocker", ...mockerArgs(name), ...mockerKnows(args)] };
  const { uid = "" } = pod.metadata ?? {};
  const ports = await enginePorts();
  const started = engineArgs(args, ports);
  const gpus = engines.pool.take(uid, gpusOf(pod));
  return {
    args: [module, ...started],
    env: engineEnv({ address: place.address, ports, gpus }),
    ended: () => engines.pool.giveBack(uid),
  };
}

const gpusOf = ({ spec }: V1Pod) =>
  Number(spec?.containers.find(({ name }) => name === "main")?.resources?.limits?.["nvidia.com/gpu"] ?? 0);

/** Flags of engines that the mocker has too, by whether a value follows. */
const mockerFlags: Readonly<Record<string, boolean>> = {
  "--is-prefill-worker": false,
  "--is-decode-worker": false,
  "--disaggregation-mode": true, // not known to the mocker of 0.8, nor to its engines
  "--block-size": true,
  "--enable-prefix-caching": false,
  "--no-enable-prefix-caching": false,
};

function mockerKnows(args: readonly string[]): string[] {
  return Object.entries(mockerFlags).flatMap(([flag, hasValue]) => {
    const value = flagValue(args, flag);
    if (hasValue) return value === undefined ? [] : [flag, value];
    return args.includes(flag) ? [flag] : [];
  });
}

function flagValue(args: readonly string[], flag: string): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${flag}=`));
  if (joined) return joined.slice(flag.length + 1);
  const index = args.indexOf(flag);
  return index < 0 ? undefined : args[index + 1];
}
