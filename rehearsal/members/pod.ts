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

export interface Pod {
  /** As rendered. */
  readonly container: V1Container;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly preStop?: readonly string[];
  /** In seconds. */
  readonly gracePeriod: number;
}

/** Programs that images start where a container names none: https://github.com/nats-io/nats-docker. */
const entrypoints: Readonly<Record<string, string>> = { nats: "nats-server" };

/** Flags for the address of programs that listen on every address by default. */
const addressFlags: Readonly<Record<string, string>> = { "nats-server": "--addr" };

/** The container of the server, which is the first. Those beside it do not run. */
export function serverOf({ spec }: V1StatefulSet): V1Container {
  const server = spec?.template.spec?.containers[0];
  if (!server) throw new Error("the StatefulSet has no containers");
  return server;
}

/**
 * Makes the volumes of a pod that starts, and says what to run in it.
 * @throws Error for what the source lacks, or what has no counterpart on this machine
 */
export async function preparePod(source: PodSource, place: Place): Promise<Pod> {
  const container = serverOf(source.statefulSet);
  const { command = [entrypointOf(container)], args = [], volumeMounts = [], lifecycle } = container;
  const { terminationGracePeriodSeconds = 30 } = source.statefulSet.spec?.template.spec ?? {};
  const localize = localizer(place, volumeMounts);
  await makeVolumes(source, place.root, volumeMounts, localize);

  const env = environment(container, source, place);
  const local = ([program = "", ...words]: readonly string[]) => [
    binaryOf(program, source),
    ...words.map((word) => localize(expand(word, env))),
  ];
  const addressFlag = addressFlags[basename(command[0] ?? "")];
  const preStop = lifecycle?.preStop?.exec?.command;
  return {
    container,
    command: [...local([...command, ...args]), ...(addressFlag ? [addressFlag, place.address] : [])],
    env: Object.fromEntries([...env].map(([name, value]) => [name, localize(value)])),
    ...(preStop && { preStop: local(preStop) }),
    gracePeriod: terminationGracePeriodSeconds,
  };
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
