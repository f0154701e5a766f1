/** The processes of a member's pod on this machine: commands and env as rendered, with addresses and paths of its own. */
import { basename } from "node:path";
import type { V1Container, V1Pod } from "@kubernetes/client-node";
import { containerEnv, expand } from "./containerEnv";
import { withLocalCertificates } from "./localCertificates";
import { localizer, type Place } from "./place";
import { makeVolumes, type VolumeSource } from "./volumes";

/** Sources of pods' files and env. */
export interface PodSource extends VolumeSource {
  /** Paths of programs, by the names that containers have for them: `nats-server`, `etcd`. */
  readonly binaries: Readonly<Record<string, string>>;
}

/** The process of a container. */
export interface Program {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, which is its home too: by default the folder in the place of the container's `/`. */
  readonly directory?: string;
}

/** A pod as processes: the server's own, and those beside it. */
export interface LocalPod extends Program {
  /** That of the server, as rendered. */
  readonly container: V1Container;
  /** Processes beside the server, by name of the container. */
  readonly sidecars: ReadonlyMap<string, Program>;
  readonly preStop?: readonly string[];
  /** In seconds. */
  readonly gracePeriod: number;
  /** Is called when the server has ended. */
  readonly ended?: () => void;
}

/** Programs that images start where a container names none: https://github.com/nats-io/nats-docker. */
const entrypoints: Readonly<Record<string, string>> = {
  nats: "nats-server",
  "natsio/prometheus-nats-exporter": "prometheus-nats-exporter",
};

/** Flags for the address of programs that listen on every address by default. */
const addressFlags: Readonly<Record<string, string>> = {
  "nats-server": "--addr",
  "prometheus-nats-exporter": "-addr",
};

/** The container of the server, which is the first. */
export function serverContainer({ spec }: V1Pod): V1Container {
  const server = spec?.containers[0];
  if (!server) throw new Error("the pod has no containers");
  return server;
}

/**
 * Makes the volumes of a pod that starts, and says what to run in it. Of the containers beside the server those run
 * that there is a binary for.
 * @throws Error for what the source lacks, or what has no counterpart on this machine
 */
export async function preparePod(original: PodSource, place: Place): Promise<LocalPod> {
  const source = { ...original, secrets: withLocalCertificates(original.secrets, place.hosts) };
  const container = serverContainer(source.pod);
  const { volumeMounts = [], lifecycle } = container;
  const { terminationGracePeriodSeconds = 30, containers = [] } = source.pod.spec ?? {};
  const localize = localizer(place, volumeMounts);
  await makeVolumes(source, place.root, volumeMounts, localize);

  const server = programOf(container, source, place);
  const sidecars = containers.slice(1).filter((sidecar) => commandLineOf(sidecar)[0] in source.binaries);
  const preStop = lifecycle?.preStop?.exec?.command;
  return {
    ...server,
    container,
    sidecars: new Map(sidecars.map((sidecar) => [sidecar.name, programOf(sidecar, source, place)])),
    ...(preStop && { preStop: [binaryOf(preStop[0] ?? "", source), ...preStop.slice(1).map(localize)] }),
    gracePeriod: terminationGracePeriodSeconds,
  };
}

function programOf(container: V1Container, source: PodSource, place: Place): Program {
  const localize = localizer(place, container.volumeMounts ?? []);
  const env = containerEnv(container, source);
  const [program, ...words] = commandLineOf(container);
  const addressFlag = addressFlags[program];
  return {
    command: [
      binaryOf(program, source),
      ...(addressFlag ? [addressFlag, place.address] : []),
      ...words.map((word) => localize(expand(word, env))),
    ],
    env: Object.fromEntries([...env].map(([name, value]) => [name, localize(value)])),
  };
}

/** Whether there is a binary for what a container starts. */
export function runsHere({ command, image = "" }: V1Container, binaries: PodSource["binaries"]): boolean {
  const program = command?.[0] ?? entrypoints[imageName(image)];
  return program !== undefined && basename(program) in binaries;
}

/** Name of the program that a container starts, and its arguments. */
function commandLineOf(container: V1Container): [string, ...string[]] {
  const { command = [entrypointOf(container)], args = [] } = container;
  const [program = "", ...words] = [...command, ...args];
  return [basename(program), ...words];
}

function entrypointOf({ image = "" }: V1Container): string {
  const program = entrypoints[imageName(image)];
  if (!program) throw new Error(`it is not known what the image ${image} starts`);
  return program;
}

/** Without its tag. */
const imageName = (image: string) => image.replace(/:[^/]*$/, "");

function binaryOf(program: string, { binaries }: PodSource): string {
  const binary = binaries[basename(program)];
  if (!binary) throw new Error(`there is no binary for ${program}`);
  return binary;
}
