/** What a member's pod runs on this machine: commands and env as rendered, with addresses and paths of its own. */
import { basename } from "node:path";
import type { V1Container, V1EnvVar, V1StatefulSet } from "@kubernetes/client-node";
import { localizer, type Place } from "./place";
import { found, makeVolumes, type VolumeSource } from "./volumes";

/** What pods are made from. */
export interface PodSource extends VolumeSource {
  /** Paths of programs, by the names that containers have for them: `nats-server`, `etcd`. */
  readonly binaries: Readonly<Record<string, string>>;
}

/** What a container runs. */
export interface Program {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Pod extends Program {
  /** That of the server, as rendered. */
  readonly container: V1Container;
  /** What runs beside the server, by name of the container. */
  readonly sidecars: ReadonlyMap<string, Program>;
  readonly preStop?: readonly string[];
  /** In seconds. */
  readonly gracePeriod: number;
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
export function serverOf({ spec }: V1StatefulSet): V1Container {
  const server = spec?.template.spec?.containers[0];
  if (!server) throw new Error("the StatefulSet has no containers");
  return server;
}

/**
 * Makes the volumes of a pod that starts, and says what to run in it. Of the containers beside the server those run
 * that there is a binary for.
 * @throws Error for what the source lacks, or what has no counterpart on this machine
 */
export async function preparePod(source: PodSource, place: Place): Promise<Pod> {
  const container = serverOf(source.statefulSet);
  const { volumeMounts = [], lifecycle } = container;
  const { terminationGracePeriodSeconds = 30, containers = [] } =
    source.statefulSet.spec?.template.spec ?? {};
  const localize = localizer(place, volumeMounts);
  await makeVolumes(source, place.root, volumeMounts, localize);

  const server = programOf(container, source, place);
  const sidecars = containers.slice(1).filter((sidecar) => commandOf(sidecar)[0] in source.binaries);
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
  const env = environment(container, source, place);
  const [program, ...words] = commandOf(container);
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

/** Name of the program that a container starts, and its arguments. */
function commandOf(container: V1Container): [string, ...string[]] {
  const { command = [entrypointOf(container)], args = [] } = container;
  const [program = "", ...words] = [...command, ...args];
  return [basename(program), ...words];
}

function entrypointOf({ image = "" }: V1Container): string {
  const program = entrypoints[image.replace(/:[^/]*$/, "")];
  if (!program) throw new Error(`it is not known what the image ${image} starts`);
  return program;
}

function binaryOf(program: string, { binaries }: PodSource): string {
  const binary = binaries[basename(program)];
  if (!binary) throw new Error(`there is no binary for ${program}`);
  return binary;
}

function environment(container: V1Container, source: PodSource, place: Place): Map<string, string> {
  const env = new Map<string, string>();
  for (const variable of container.env ?? [])
    env.set(variable.name, referredValue(variable, source, place) ?? expand(variable.value ?? "", env));
  return env;
}

function referredValue({ name, valueFrom }: V1EnvVar, source: PodSource, place: Place): string | undefined {
  if (!valueFrom) return undefined;
  const { fieldRef, secretKeyRef } = valueFrom;
  if (fieldRef?.fieldPath === "metadata.name") return place.name;
  if (secretKeyRef) return found(found(source.secrets, secretKeyRef.name), secretKeyRef.key);
  throw new Error(`the source of ${name} has no counterpart on this machine`);
}

/** https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]+)\))/g, (match, name) =>
    match === "$$" ? "$" : (env.get(name) ?? match),
  );
}
