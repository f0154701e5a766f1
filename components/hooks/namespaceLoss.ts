import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import { some } from "../../config/printable";
import { nameOf } from "../../gpus/manifest";
import type { StackPlan } from "../../plan/stack";
import { type Cluster, connect, isReachable } from "./cluster";
import { strangersIn } from "./listing";
import { objectsInState, thisOwner } from "./thisStack";

/** URN of the namespace that dynamo:namespace.create makes. */
const ownNamespace = /::kubernetes:core\/v1:Namespace::namespace$/;

/**
 * Refuses a plan by which the graphs' namespace, which the stack has made, would be deleted with what others have in it, or
 * with the graphs that stay in it: Kubernetes deletes a namespace with all that is there.
 * @throws pulumi.RunError which says what to do
 */
export async function refuseToLoseNamespace(
  { namespace: { name: planned, create } }: Pick<StackPlan, "namespace">,
  cluster: Cluster,
): Promise<void> {
  for (const [key, { urn }] of await objectsInState()) {
    const name = key.split("/").at(-1) ?? "";
    if (!ownNamespace.test(urn) || (name === planned && create)) continue;
    if (name === planned)
      throw refusal(
        `dynamo:namespace.create: the stack has made ${name}, and without it would delete it with all that is there. Write create: true again; or, where the namespace is to outlive the stack, \`pulumi state delete '${urn}'\` first. Nothing was changed`,
      );
    if (pulumi.runtime.isDryRun() && !(await isReachable(cluster))) continue;
    const { config } = await connect(cluster);
    const strangers = await strangersIn(config, name, thisOwner());
    if (strangers.length > 0)
      throw refusal(
        `dynamo:namespace.name: the stack has made ${name}, which would be deleted with what others have there: ${some(strangers.map(nameOf))}. Move these first; or, where the namespace is to stay, \`pulumi state delete '${urn}'\` first. Nothing was changed`,
      );
  }
}
