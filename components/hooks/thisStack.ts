/** The stack that runs: whose its objects are, and what Pulumi's state has of it. */
import * as pulumi from "@pulumi/pulumi";
import { at, record, text } from "../../gpus/manifest";
import { ownerOf } from "../../plan/owner";
import { type DeployedPlatform, platformAmong } from "../../plan/platformState";
import { hasEngine } from "./engine";

const thisStack = () => ({
  organization: organization(),
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
});

/** Pulumi throws where a test's mocks have none. */
function organization(): string {
  try {
    return pulumi.getOrganization();
  } catch {
    return "organization";
  }
}

/** Value of the label of the stack's objects. */
export const thisOwner = () => ownerOf(thisStack());

/**
 * The stack's outputs, as its last successful update left them: an update that failed changes none. They are read by the
 * engine's own function. A StackReference would be in the state, under the stack's name: a refresh of a renamed stack
 * would ask for the old one.
 */
export async function deployedOutputs(): Promise<Readonly<Record<string, unknown>>> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: fullName(),
  });
  return record(outputs);
}

/** An object that is in the state. */
export interface ObjectInState {
  readonly urn: string;
  /** UID that the cluster gave it. */
  readonly uid: string;
  /** Whether it outlives the stack, as its component registered. */
  readonly isKept: boolean;
}

type Resources = Readonly<Record<string, unknown>>;

const resources = new WeakMap<object, Promise<Resources>>();
const objects = new WeakMap<Resources, ReadonlyMap<string, ObjectInState>>();

/** Kubernetes objects in the state as the program found it, by {@link keyOf}; read once in a run. None without an engine. */
export async function objectsInState(): Promise<ReadonlyMap<string, ObjectInState>> {
  const resources = await resourcesInState();
  const known = objects.get(resources) ?? objectsAmong(resources);
  objects.set(resources, known);
  return known;
}

/** The platform that the stack has installed, by the state as the program found it; undefined where it has none. */
export async function platformInState(): Promise<DeployedPlatform | undefined> {
  const all = Object.entries(await resourcesInState());
  return platformAmong(all.map(([urn, resource]) => [urn, at(resource, "outputs")]));
}

function resourcesInState(): Promise<Resources> {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined || !hasEngine()) return Promise.resolve({});
  const known = resources.get(monitor) ?? readState();
  resources.set(monitor, known);
  return known;
}

async function readState(): Promise<Resources> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: fullName(),
  });
  return record(outputs);
}

function objectsAmong(resources: Resources): ReadonlyMap<string, ObjectInState> {
  return new Map(
    Object.entries(resources).flatMap(([urn, resource]) => {
      const object = at(resource, "outputs");
      const uid = text(at(object, "metadata", "uid"));
      const component = urn.replace(/\$[^$]+(?=::[^:]+$)/, "");
      const isKept = at(resources, component, "outputs", "keep") === true;
      return uid === "" ? [] : [[keyOf(object), { urn, uid, isKept }] as const];
    }),
  );
}

/** What makes an object the same one for the cluster: group, kind, namespace and name, in whatever version of its API. */
export function keyOf(object: unknown): string {
  const [, group] = text(at(object, "apiVersion")).split("/").reverse();
  const { namespace, name } = record(at(object, "metadata"));
  return [group ?? "", text(at(object, "kind")), text(namespace), text(name)].join("/");
}

/** As the engine takes it, whatever organization is the default one. */
const fullName = () => Object.values(thisStack()).join("/");
