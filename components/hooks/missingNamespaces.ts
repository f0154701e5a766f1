import type { V1Namespace } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import { serverNamespaces } from "../../plan/discoveryPlane";
import type { StackPlan } from "../../plan/stack";
import { type Cluster, connect, isReachable } from "./cluster";
import { hasEngine } from "./engine";
import { hasCode } from "./listing";

/**
 * Refuses a plan whose objects go to a namespace that others are to make and that is not there, or to one that is being
 * deleted: Pulumi would only find it when the objects before are made. One that is being deleted may be gone by the update,
 * and is no matter of a preview.
 * @throws pulumi.RunError with a line for each
 */
export async function refuseMissingNamespaces(
  { namespace: { name, create }, discovery: { servers } }: Pick<StackPlan, "namespace" | "discovery">,
  cluster: Cluster,
): Promise<void> {
  if (!hasEngine() || (pulumi.runtime.isDryRun() && !(await isReachable(cluster)))) return;
  const { client, api } = await connect(cluster);
  const core = api(client.CoreV1Api);
  const read = (name: string): Promise<V1Namespace | undefined> =>
    core.readNamespace({ name }).catch((error) => {
      if (hasCode(error, 404)) return undefined;
      if (hasCode(error, 403)) return {}; // who may not read it finds out by its objects
      throw error;
    });
  /** @param remedy where others make it */
  const reasonFor = async (name: string, setting: string, remedy?: string) => {
    const found = await read(name);
    if (found?.metadata?.deletionTimestamp !== undefined && !pulumi.runtime.isDryRun())
      return `${setting}: namespace ${name} is still being deleted: run \`pulumi up\` again when \`kubectl get namespace ${name}\` finds it no more`;
    return found === undefined && remedy !== undefined
      ? `${setting}: the cluster has no namespace ${name}: make it by \`kubectl create namespace ${name}\`, or ${remedy}`
      : undefined;
  };
  const reasons = await Promise.all([
    reasonFor(name, "dynamo:namespace.name", create ? undefined : "write dynamo:namespace.create: true"),
    ...serverNamespaces(servers).map((own) => reasonFor(own, "dynamo:discovery.mode")),
    ...(servers?.clientNamespaces ?? []).map((other) =>
      reasonFor(other, "dynamo:discovery.clientNamespaces", "take it out"),
    ),
  ]);
  const found = reasons.filter((reason) => reason !== undefined);
  if (found.length > 0) throw refusal(`${found.join("\n")}. Nothing was changed`);
}
