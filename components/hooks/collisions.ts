/** Objects that an update would take up: whether it may, for all of them before the first is made. */
import * as pulumi from "@pulumi/pulumi";
import { at, nameOf, text } from "../../gpus/manifest";
import { isGivenTo, otherKeeper, ownerLabel } from "../../plan/owner";
import { type Cluster, connect, isReachable } from "./cluster";
import { keyOf, type ObjectInState } from "./thisStack";

/** An object that the program makes. */
interface PlannedObject {
  readonly object: unknown;
  readonly cluster: Cluster;
}

/** What is found of a program's objects ahead of their turn. */
interface LookAhead {
  /** All objects of the program so far. */
  readonly objects: unknown[];
  /** Objects that were not looked for yet. */
  readonly pending: PlannedObject[];
  /** Reasons why objects can't be made. */
  found: Promise<readonly string[]>;
}

const programs = new WeakMap<object, LookAhead>();

function lookAhead(): LookAhead {
  const monitor = pulumi.runtime.getMonitor() ?? {};
  const program = programs.get(monitor) ?? { objects: [], pending: [], found: Promise.resolve([]) };
  programs.set(monitor, program);
  return program;
}

/** Notes an object that the program makes. One whose name other resources give is only looked for on its turn. */
export function willBeMade(object: unknown, cluster: Cluster): void {
  const { objects, pending } = lookAhead();
  objects.push(object);
  if (text(at(object, "metadata", "name")) !== "") pending.push({ object, cluster });
}

/** Objects that the program makes, as far as it has come. */
export const objectsSoFar = (): readonly unknown[] => lookAhead().objects;

interface Turn {
  /** The object that is about to be made; undefined where one is updated. */
  readonly creation: { readonly urn: string; readonly inputs: unknown } | undefined;
  readonly cluster: Cluster;
  readonly owner: string;
  /** Objects that the state has, by {@link keyOf}. */
  readonly state: ReadonlyMap<string, ObjectInState>;
}

/**
 * Looks for the object that is about to be made, and for all others that the program makes and the state does not have:
 * what can't be taken up is found before the first is made or changed.
 * @throws Error with a line for each object that is there and is not the stack's
 */
export async function refuseCollisions({ creation, cluster, owner, state }: Turn): Promise<void> {
  if (pulumi.runtime.isDryRun() && !(await isReachable(cluster))) return;
  const program = lookAhead();
  const next = program.pending.splice(0).filter(({ object }) => !state.has(keyOf(object)));
  const earlier = program.found;
  program.found = collisionsOf(next, owner).then(async (found) => [...(await earlier), ...found]);
  const [ahead, own] = await Promise.all([
    program.found,
    creation &&
      collisionOf(creation.inputs, owner, cluster, {
        urn: creation.urn,
        known: state.get(keyOf(creation.inputs)),
      }),
  ]);
  const found = new Set([...ahead, ...(own === undefined ? [] : [own])]);
  if (found.size > 0) throw new Error(`${[...found].join("\n")}\nNothing that is there was changed.`);
}

/** Requests at the same time: a stack may have thousands of objects. */
const requests = 16;

async function collisionsOf(planned: readonly PlannedObject[], owner: string): Promise<string[]> {
  const reasons: string[] = [];
  for (let i = 0; i < planned.length; i += requests) {
    const some = planned.slice(i, i + requests);
    const found = await Promise.all(some.map(({ object, cluster }) => collisionOf(object, owner, cluster)));
    reasons.push(...found.filter((reason) => reason !== undefined));
  }
  return reasons;
}

/**
 * Why an object can't be made; undefined where it can.
 * @param creation its turn: its URN, and what the state has under its name
 */
async function collisionOf(
  object: unknown,
  owner: string,
  cluster: Cluster,
  creation?: { readonly urn: string; readonly known: ObjectInState | undefined },
): Promise<string | undefined> {
  const existing = await read(object as Identified, cluster);
  if (existing === undefined) return undefined;
  if (creation?.known !== undefined && creation.known.uid === existing.metadata?.uid)
    // A preview of a replacement finds it, too, which an update deletes first.
    return pulumi.runtime.isDryRun() && creation.known.urn === creation.urn
      ? undefined
      : `${nameOf(object)} is in the stack's state already, as ${creation.known.urn}: the update would take it up, and delete it in the end as the old one`;
  if (isGivenTo(existing, owner)) return undefined;
  return `${nameOf(object)} is there already, and is ${keeperOf(existing)}: ${remedyFor(object, owner)}`;
}

function keeperOf(existing: unknown): string {
  const keeper = otherKeeper(existing);
  const stack = text(at(existing, "metadata", "labels", ownerLabel));
  if (keeper !== undefined) return `not this stack's but kept by ${keeper}`;
  return stack === "" ? "not this stack's" : `not this stack's but that of ${stack} (label ${ownerLabel})`;
}

/** What can be done about an object of another's. */
function remedyFor(object: unknown, owner: string): string {
  const settings: Readonly<Record<string, string>> = {
    Namespace: "take its `create` out of dynamo:namespace, or name another",
    DynamoGraphDeployment:
      "give the graph another name (dynamo:graphs[].name), or the stack another namespace",
    PodMonitor:
      "leave the watching to it (dynamo:monitoring.podMonitors: platform), or take another namespace",
    ResourceQuota:
      "one stack of a namespace can have a budget: take another namespace (dynamo:namespace.name)",
    ConfigMap: "one stack of a namespace can have dashboards: take another namespace (dynamo:namespace.name)",
  };
  const namespace = text(at(object, "metadata", "namespace")) || text(at(object, "metadata", "name"));
  const setting = /^(nats|etcd)-system$/.test(namespace)
    ? "one stack of a cluster runs NATS and etcd: use these as `external` (docs/nats-etcd.md), or take mode kubernetes"
    : (settings[text(at(object, "kind"))] ?? "take another name or namespace");
  return `${setting}, or give it to this stack, whose label is ${ownerLabel}: ${owner} (docs/safety.md)`;
}

type Identified = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

const readers = new WeakMap<Cluster, ReturnType<typeof readerOf>>();

/** One for a cluster: each asks the API server for its kinds. */
async function readerOf(cluster: Cluster) {
  const { client, config } = await connect(cluster);
  return { client, objects: client.KubernetesObjectApi.makeApiClient(config) };
}

async function read(object: Identified, cluster: Cluster) {
  const reader = readers.get(cluster) ?? readerOf(cluster);
  readers.set(cluster, reader);
  const { client, objects } = await reader;
  try {
    return await objects.read(object);
  } catch (error) {
    // A kind that the cluster doesn't know is Pulumi's to tell.
    if (error instanceof client.ApiException && error.code === 404) return undefined;
    if (error instanceof Error && error.message.includes("Unrecognized API version and kind"))
      return undefined;
    throw error;
  }
}
