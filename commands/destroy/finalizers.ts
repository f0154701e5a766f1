/** Finalizers of the Dynamo operator: they hold a graph, and what it owns, until the operator has cleaned up. */
import { setTimeout } from "node:timers/promises";
import {
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import pc from "picocolors";
import { isGone, listableKinds, listObjects } from "../../components/hooks/listing";
import { printable, some } from "../../config/printable";
import { nameOf } from "../../gpus/manifest";
import { UserError } from "../cli/userError";
import { remaining } from "./leftovers";

const isGraph = ({ kind }: KubernetesObject) => kind === "DynamoGraphDeployment";

/** Time that a deleted graph may wait for its operator before that is reported, in ms. */
const heldTimeout = 15_000;

/** Graphs that are being deleted, and wait for a finalizer. */
export async function heldGraphs(config: KubeConfig, found: readonly KubernetesObject[]): Promise<string[]> {
  const graphs = await remaining(config, found.filter(isGraph));
  return graphs
    .filter(({ metadata }) => Date.now() - Number(metadata?.deletionTimestamp ?? Number.NaN) > heldTimeout)
    .map(nameOf);
}

/**
 * Waits until objects that are being deleted are gone.
 * @param timeout longest wait, in ms
 * @throws UserError that names what holds those that stay
 */
export async function untilGone(
  config: KubeConfig,
  found: readonly KubernetesObject[],
  timeout: number,
): Promise<void> {
  const end = Date.now() + timeout;
  for (let reportedAt = 0; ; await setTimeout(pause)) {
    const left = await remaining(config, found);
    if (left.length === 0) return;
    if (Date.now() > end) throw new UserError(whatStays(left, timeout));
    if (Date.now() - reportedAt < repetition) continue;
    reportedAt = Date.now();
    console.log(pc.dim(printable(`waiting for ${some(left.map(nameOf))} to go`)));
  }
}

/** Time between two looks, and between two lines of progress, in ms. */
const [pause, repetition] = [500, 10_000];

function whatStays(left: readonly KubernetesObject[], timeout: number): string {
  const stays = left.map((object) => {
    const finalizers = object.metadata?.finalizers ?? [];
    return `${nameOf(object)} (${finalizers.length > 0 ? `held by ${finalizers.join(", ")}` : "without a finalizer"})`;
  });
  const remedy = left.some(isGraph)
    ? "Where the operator of a graph's finalizers is gone, run this again with --remove-finalizers"
    : "Whoever set the finalizers removes them";
  return `still there after ${timeout / 1000} s: ${some(stays)}. ${remedy}`;
}

/** Removes them from a stack's graphs, and from all that these own. An operator that is there sets them anew. */
export async function removeFinalizers(
  config: KubeConfig,
  found: readonly KubernetesObject[],
  report: (line: string) => void,
): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  for (const object of [...found.filter(isGraph), ...(await ownedBy(config, found.filter(isGraph)))]) {
    if ((object.metadata?.finalizers ?? []).length === 0) continue;
    const { apiVersion, kind, metadata } = object;
    const { name, namespace } = metadata ?? {};
    const patch = { apiVersion, kind, metadata: { name, namespace, finalizers: null } };
    await objects
      .patch(patch as never, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch)
      .catch((error) => (isGone(error) ? undefined : Promise.reject(error)));
    report(`removed the finalizers of ${nameOf(object)}`);
  }
}

/** Objects in their namespaces that the graphs own, and those that these own. */
export async function ownedBy(
  config: KubeConfig,
  graphs: readonly KubernetesObject[],
): Promise<KubernetesObject[]> {
  const namespaces = [...new Set(graphs.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const kinds = await listableKinds(config);
  const lists = namespaces.flatMap((namespace) =>
    kinds.map((kind) => listObjects(config, kind, { namespace })),
  );
  const all = (await Promise.all(lists)).flat();
  const owners = new Set(graphs.map(({ metadata }) => metadata?.uid));
  const owned: KubernetesObject[] = [];
  for (let count = -1; count < owned.length; ) {
    count = owned.length;
    for (const object of all) {
      if (owners.has(object.metadata?.uid)) continue;
      if (!object.metadata?.ownerReferences?.some(({ uid }) => owners.has(uid))) continue;
      owners.add(object.metadata.uid);
      owned.push(object);
    }
  }
  return owned;
}
