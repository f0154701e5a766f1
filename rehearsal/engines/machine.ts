/** The GPUs and the engines of this machine. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Engines whose workers can run here, by the names that a graph's `backend` has for them. */
export const engineNames = ["vllm", "sglang", "trtllm"] as const;
export type EngineName = (typeof engineNames)[number];

/** Python packages of the runtime and of engines. */
const packages = { runtime: "ai-dynamo", vllm: "vllm", sglang: "sglang", trtllm: "tensorrt-llm" } as const;

export interface MachineGpu {
  /** By which CUDA_VISIBLE_DEVICES names it, in the order of PCI addresses. */
  readonly index: number;
  /** As NVIDIA's driver names it: `NVIDIA H200`. */
  readonly product: string;
  /** In MiB. */
  readonly memory: number;
}

/** A Python that has the runtime and engines. */
export interface EnginePython {
  readonly path: string;
  /** Version of the Dynamo runtime. */
  readonly runtime: string;
  /** Versions of the engines that it has. */
  readonly engines: Readonly<Partial<Record<EngineName, string>>>;
}

const run = (program: string, args: readonly string[]) =>
  promisify(execFile)(program, args, { env: process.env });

/**
 * GPUs of this machine, by `nvidia-smi`.
 * @throws Error in one line where there are none
 */
export async function readGpus(): Promise<readonly MachineGpu[]> {
  const query = ["--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits"];
  const gpus = await run("nvidia-smi", query).then(
    ({ stdout }) => parseGpus(stdout),
    () => [],
  );
  if (gpus.length > 0) return gpus;
  throw new Error(
    "this machine has no GPU that nvidia-smi knows: leave --engine out, and the Dynamo mocker takes the engines' place",
  );
}

/** What `nvidia-smi` writes, a line for each GPU; what is no such line is none. */
export function parseGpus(csv: string): MachineGpu[] {
  return csv.split("\n").flatMap((line) => {
    const [, index, product = "", memory] = /^(\d+), (.+), (\d+)$/.exec(line.trim()) ?? [];
    return index === undefined ? [] : [{ index: Number(index), product, memory: Number(memory) }];
  });
}

/**
 * The Python on PATH, with what PYTHONPATH adds to it.
 * @throws Error in one line where it has no Dynamo runtime
 */
export async function readPython(): Promise<EnginePython> {
  const script = `
import importlib.metadata, json, sys
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
print(json.dumps([sys.executable, {key: version(name) for key, name in json.loads(sys.argv[1]).items()}]))`;
  const found = await run("python3", ["-c", script, JSON.stringify(packages)]).then(
    ({ stdout }) => JSON.parse(stdout) as [string, Record<keyof typeof packages, string | null>],
    () => undefined,
  );
  const [path = "", versions] = found ?? [];
  if (!versions?.runtime)
    throw new Error(
      `--engine runs the Dynamo runtime of python3 on PATH, and ${found ? `${path} has none (package ${packages.runtime})` : "there is no python3"}`,
    );
  const engines = engineNames.flatMap((name) => (versions[name] ? [[name, versions[name]]] : []));
  return { path, runtime: versions.runtime, engines: Object.fromEntries(engines) };
}
