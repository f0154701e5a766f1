/** The engines of this machine in the place of the mocker. */
import type { StackConfig } from "../../config/schema";
import { freePort } from "../freePort";
import type { EnginePorts } from "./enginePod";
import { createGpuPool, type GpuPool } from "./gpuPool";
import {
  type EngineName,
  type EnginePython,
  engineNames,
  type MachineGpu,
  readGpus,
  readPython,
} from "./machine";
import { type ModelConfig, modelConfig } from "./modelSizes";

/** Which engines run: the one that is named, or each graph's own. */
export type EngineChoice = EngineName | "auto";

export interface Engines {
  readonly python: EnginePython;
  readonly gpus: readonly MachineGpu[];
  readonly pool: GpuPool;
  readonly model: ModelConfig;
}

/**
 * Looks whether this machine can run a stack's engines.
 * @param size as {@link modelConfig} takes it
 * @throws Error in one line that says what is missing
 */
export async function findEngines(
  choice: EngineChoice,
  size: string,
  settings: Pick<StackConfig, "runtime" | "graphs">,
): Promise<Engines> {
  const model = modelConfig(size);
  const gpus = await readGpus();
  const python = await readPython();
  const refusal = refusalOf(choice, python, settings);
  if (refusal !== undefined) throw new Error(refusal);
  return { python, gpus, pool: createGpuPool(gpus.map(({ index }) => index)), model };
}

/** Why a Python can't run a stack's engines; undefined where it can. */
export function refusalOf(
  choice: EngineChoice,
  { path, runtime, engines }: EnginePython,
  settings: {
    readonly runtime: { readonly version: string };
    readonly graphs: readonly { name: string; backend: string }[];
  },
): string | undefined {
  const { version } = settings.runtime;
  if (runtime !== version)
    return `${path} has the Dynamo runtime ${runtime}, and dynamo:runtime.version is ${version}: set it to ${runtime}, or install ai-dynamo==${version}`;
  for (const { name, backend } of settings.graphs) {
    if (choice !== "auto" && backend !== choice)
      return `--engine is ${choice}, and graph ${name} has the backend ${backend}: write --engine auto, or --engine ${backend}`;
    const engine = engineNames.find((known) => known === backend);
    if (engine === undefined || engines[engine] === undefined)
      return `${path} has no ${backend}, the backend of graph ${name}: install it, or leave --engine out`;
  }
  return undefined;
}

/** Ports for one start of an engine. */
export async function enginePorts(): Promise<EnginePorts> {
  const [kvEvents, forwardPass, transfer, bootstrap] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { kvEvents, forwardPass, transfer, bootstrap };
}
