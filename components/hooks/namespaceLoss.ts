import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import { some } from "../../config/printable";
import { nameOf } from "../../gpus/manifest";
import { serverNamespaces } from "../../plan/discoveryPlane";
import type { StackPlan } from "../../plan/stack";
import { type Cluster, connect, isReachable } from "./cluster";
import { strangersIn } from "./listing";
import { objectsInState, thisOwner } from "./thisStack";

/** URN of the namespace that dynamo:namespace.create makes. */
const graphsNamespace = /::kubernetes:core\/v1:Namespace::namespace$/;

/**
 * Refuses a plan by which a namespace that the stack has made, that of its graphs or of NATS or etcd, would be deleted with
 * what others have in it, or with the graphs that stay in it: Kubernetes deletes a namespace with all that is there.
 * @throws pulumi.RunError which says what to do
 */
export async function refuseToLoseNamespace(
  { namespace: { name: wanted, create }, discovery: { servers } }: Pick<StackPlan, "namespace" | "discovery">,
  cluster: Cluster,
): Promise<void> {
  const stay = [...(create ? [wanted] : []), ...serverNamespaces(servers)];
  const reasons: string[] = [];
  for (const [key, { urn, isKept }] of await objectsInState()) {
    const [, name = ""] = /^\/Namespace\/\/(.+)$/.exec(key) ?? [];
    if (name === "" || stay.includes(name) || isKept) continue;
    if (name === wanted && graphsNamespace.test(urn))
      throw refusal(
        `dynamo:namespace.create: the stack has made ${name}, and without it would delete it with all that is there. Write create: true again; or, where the namespace is to outlive the stack, first ${forget(urn)}. Nothing was changed`,
      );
    if (pulumi.runtime.isDryRun() && !(await isReachable(cluster))) continue;
    const { config } = await connect(cluster);
    const strangers = await strangersIn(config, name, thisOwner());
    if (strangers.length === 0) continue;
    const [setting, way] = graphsNamespace.test(urn)
      ? ["dynamo:namespace.name", `where the namespace is to stay, first ${forget(urn)}`]
      : [
          "dynamo:discovery",
          "where they are to stay, set it back, with keepVolumes: true, and run `pulumi up` before the change",
        ];
    reasons.push(
      `${setting}: the stack has made ${name}, which would be deleted with what others have there: ${some(strangers.map(nameOf))}. Move these first; or, ${way}`,
    );
  }
  if (reasons.length > 0) throw refusal(`${reasons.join("\n")}. Nothing was changed`);
}

/** What depends on it goes out of the state too, and the next update takes it up by its label. */
const forget = (urn: string) => `\`pulumi state delete --target-dependents '${urn}'\``;
