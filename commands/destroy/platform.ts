/** The platform that a stack has installed: it goes last, when nothing needs its operator any more. */
import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { operatorsObjects } from "../../components/hooks/platform";
import { some } from "../../config/printable";
import { nameOf } from "../../gpus/manifest";
import { isMadeBy } from "../../plan/owner";
import type { DeployedPlatform } from "../../plan/platformState";
import { apiServer } from "../../preflight/read/apiServer";
import { UserError } from "../cli/userError";
import { ownedBy, untilGone } from "./finalizers";
import { deleteObjects } from "./leftovers";

/** What is told of it, and what stays. */
export const describePlatform = ({ name, namespace }: DeployedPlatform) =>
  `Helm release ${name} in ${namespace}; its CRDs and its namespace stay`;

/** @throws UserError where it makes graphs of others, or that can't be known */
export async function refusePlatformOfOthers(
  config: KubeConfig,
  { name, namespace, urn }: DeployedPlatform,
  owner: string,
): Promise<void> {
  const api = await apiServer(config);
  const all = await operatorsObjects(api).finally(() => api.close());
  // What the operator has made of the stack's graphs has an owner: those graphs.
  const ofOthers = all.filter(
    (object) => !isMadeBy(object, owner) && (object.metadata?.ownerReferences ?? []).length === 0,
  );
  if (ofOthers.length > 0)
    throw new UserError(
      `nothing was deleted: Helm release ${name} in ${namespace} is the platform of what is not the stack's, too, which would be without an operator: ${some(ofOthers.map(nameOf))}. Delete these first; or, where somebody else is to keep the platform, have the state forget it: \`pulumi state delete '${urn}'\``,
    );
}

/**
 * Takes away what a stack has but for its platform, and waits until all is gone that the operator has made of its graphs: its
 * finalizers are on that, and pods with GPUs would stay for ever without it.
 * @param found objects of the stack
 * @param destroyRest has Pulumi delete what it knows of
 * @param find the objects of the stack that are there still
 * @throws UserError where some of it does not go within the time, in ms
 */
export async function destroyBeneath(
  config: KubeConfig,
  found: readonly KubernetesObject[],
  { destroyRest, find }: { destroyRest(): Promise<void>; find(): Promise<KubernetesObject[]> },
  timeout: number,
): Promise<void> {
  const graphs = found.filter(isGraph);
  const owned = await ownedBy(config, graphs); // as long as each is there by which the next is found
  await destroyRest();
  await deleteObjects(config, (await find()).filter(isGraph));
  await untilGone(config, [...graphs, ...owned], timeout);
}

const isGraph = ({ kind }: KubernetesObject) => kind === "DynamoGraphDeployment";
