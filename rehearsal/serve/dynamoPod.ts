/** A graph's pod on this machine: the released frontend, and the engine, or the released mocker in its place. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { Env } from "../../config/runtime/release";
import { isFollower } from "../../plan/graph/labels";
import type { Engines } from "../engines/engines";
import { containerEnv, expand } from "../members/containerEnv";
import { withLocalCertificates } from "../members/localCertificates";
import { localizer, type Place } from "../members/place";
import type { LocalPod } from "../members/pod";
import { makeVolumes, type VolumeSource } from "../members/volumes";
import { frontendArgs, localEnv } from "../runtime/modules";
import { workerProgram } from "./workerProgram";

interface DynamoPodOptions {
  readonly source: VolumeSource;
  /** Path of the Python that has the runtime. */
  readonly python: string;
  /** Path of a kubeconfig file with the rights of the pod. */
  readonly kubeconfig: string;
  /** Folder of models, which frontends and workers share. */
  readonly models: string;
  /** Folder for temporary files. Its path is short: engines have sockets there, whose paths may have 107 characters. */
  readonly temporary: string;
  /** Version of the runtime. */
  readonly version: string;
  /** @default none: the mocker takes their place */
  readonly engines?: Engines | undefined;
}

const typeLabel = "nvidia.com/dynamo-component-type";
const workerTypes = ["worker", "prefill", "decode"];

/**
 * Role of the process that takes the place of a pod; undefined where it is no graph's, or of a type that nothing here can
 * stand for, as are followers of workers of several nodes: the mocker in the place of their leader serves alone.
 */
export function dynamoRole({ metadata }: V1Pod): "frontend" | "worker" | undefined {
  if (isFollower(metadata?.labels)) return undefined;
  const type = metadata?.labels?.[typeLabel] ?? "";
  return type === "frontend" ? type : workerTypes.includes(type) ? "worker" : undefined;
}

/** The operator's own name for it, in whatever order. */
export function mainContainer({ spec }: V1Pod): V1Container {
  const main = spec?.containers.find(({ name }) => name === "main");
  if (!main) throw new Error("the pod has no container main");
  return main;
}

/** @throws Error for what the source lacks, and a worker that names no model */
export async function prepareDynamoPod(options: DynamoPodOptions, place: Place): Promise<LocalPod> {
  const { source: original, python, kubeconfig, models, temporary, version, engines } = options;
  const { pod } = original;
  const source = { ...original, secrets: withLocalCertificates(original.secrets, place.hosts) };
  const container = mainContainer(pod);
  const certificates = certificateMounts(pod, container);
  const localize = localizer(place, certificates);
  await makeVolumes(source, place.root, certificates, (text) => text);
  const rendered = containerEnv(container, source);
  const env = {
    ...Object.fromEntries([...rendered].map(([name, value]) => [name, localize(value)])),
    ...localEnv(place.address, version),
    KUBECONFIG: kubeconfig,
    HF_HOME: models,
    TMPDIR: temporary,
  };
  const [module, ...args] = moduleOf(await words(container, rendered, env));
  await mkdir(models, { recursive: true });
  await mkdir(temporary, { recursive: true });
  const program =
    dynamoRole(pod) === "frontend"
      ? { args: ["dynamo.frontend", ...args, ...frontendArgs(place.address)] }
      : await workerProgram({ pod, module, args, place, models, engines });
  return {
    command: [python, "-m", ...program.args],
    env: { ...(engines && imageEnv()), ...env, ...program.env },
    ended: program.ended,
    directory: models,
    container,
    sidecars: new Map(),
    gracePeriod: pod.spec?.terminationGracePeriodSeconds ?? 30,
  };
}

/** Of its volumes the runtime reads the certificates alone. */
function certificateMounts({ spec }: V1Pod, { volumeMounts = [] }: V1Container) {
  const isCertificate = (name: string) =>
    ["dynamo-tls", "nats-tls"].includes(name) &&
    spec?.volumes?.some((one) => one.name === name && one.secret);
  return volumeMounts.filter(({ name }) => isCertificate(name));
}

/** What stands for the env of an image: with engines of this machine, the env that they are found by. */
const imageEnv = () => process.env as Env;

/** The module with its arguments: `python3 -m dynamo.vllm …`. */
function moduleOf(command: readonly string[]): [string, ...string[]] {
  const [module = "", ...args] = command.slice(command.indexOf("-m") + 1);
  return [module, ...args];
}

/** Command of a container, word by word. A shell's script is one command, and the shell knows best what its words are. */
async function words(
  { command = [], args = [] }: V1Container,
  rendered: ReadonlyMap<string, string>,
  env: Env,
): Promise<readonly string[]> {
  const all = [...command, ...args].map((word) => expand(word, rendered));
  const [shell = "", flag, script, ...positional] = all;
  if (!/(^|\/)(ba)?sh$/.test(shell) || flag !== "-c" || script === undefined) return all;
  const print = `for word in ${script}; do printf '%s\\0' "$word"; done`;
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", print, ...positional], {
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout.split("\0").slice(0, -1);
}
