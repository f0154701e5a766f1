/** A graph's pod on this machine: the released frontend, or the released mocker in the place of an engine. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import type { Env } from "../../config/runtime/release";
import { isFollower } from "../../plan/graph/labels";
import { containerEnv, expand } from "../members/containerEnv";
import { withLocalCertificates } from "../members/localCertificates";
import { localizer, type Place } from "../members/place";
import type { LocalPod } from "../members/pod";
import { makeVolumes, type VolumeSource } from "../members/volumes";
import { frontendArgs, localEnv, mockerArgs } from "../runtime/modules";
import { writeTinyModel } from "../runtime/tinyModel";

interface DynamoPodOptions {
  readonly source: VolumeSource;
  /** Path of the Python that has the runtime. */
  readonly python: string;
  /** Path of a kubeconfig file with the rights of the pod. */
  readonly kubeconfig: string;
  /** Folder of models, which frontends and workers share. */
  readonly models: string;
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
export async function prepareDynamoPod(
  { source: original, python, kubeconfig, models }: DynamoPodOptions,
  place: Place,
): Promise<LocalPod> {
  const { pod } = original;
  const source = { ...original, secrets: withLocalCertificates(original.secrets, place.hosts) };
  const container = mainContainer(pod);
  const certificates = certificateMounts(pod, container);
  const localize = localizer(place, certificates);
  await makeVolumes(source, place.root, certificates, (text) => text);
  const rendered = containerEnv(container, source);
  const env = {
    ...Object.fromEntries([...rendered].map(([name, value]) => [name, localize(value)])),
    ...localEnv(place.address),
    KUBECONFIG: kubeconfig,
    HF_HOME: models,
    TMPDIR: place.root,
  };
  const args = argsOf(await words(container, rendered, env));
  await mkdir(models, { recursive: true });
  return {
    command: [python, "-m", ...(await moduleOf(pod, args, place, models))],
    env,
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

async function moduleOf(pod: V1Pod, args: readonly string[], { address }: Place, models: string) {
  if (dynamoRole(pod) === "frontend") return ["dynamo.frontend", ...args, ...frontendArgs(address)];
  const model =
    flagValue(args, "--served-model-name") ?? flagValue(args, "--model") ?? flagValue(args, "--model-path");
  if (!model) throw new Error("the worker's arguments name no --model");
  await writeTinyModel(join(models, model));
  return ["dynamo.mocker", ...mockerArgs(model), ...mockerKnows(args)];
}

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

/** Those after the module: `python3 -m dynamo.vllm …`. */
function argsOf(command: readonly string[]): readonly string[] {
  return command.slice(command.indexOf("-m") + 2);
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
