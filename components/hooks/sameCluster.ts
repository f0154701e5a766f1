import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import type { StackConfig } from "../../config/schema";
import { at, text } from "../../gpus/manifest";
import { type Cluster, clusterUid } from "./cluster";
import { hasEngine } from "./engine";

/** The cluster that a stack is on: one of the stack's outputs. */
export interface DeployedCluster {
  /** UID of its namespace kube-system; undefined where that could not be read. */
  readonly uid?: string | undefined;
  /** dynamo:cluster.identifier; undefined where the config has none. */
  readonly identifier?: string | undefined;
}

/**
 * Refuses a plan for another cluster than the stack is on. Pulumi would make everything there and delete it here, and if both
 * are one cluster under two names, it would delete what it has just taken up.
 * @param deployed the output as the last successful update left it; undefined before the first, and where an earlier version
 *   of this program was the last
 * @returns the output as this update leaves it
 * @throws pulumi.RunError which says what to do
 */
export async function sameCluster(
  { identifier }: StackConfig["cluster"],
  deployed: unknown,
  cluster: Cluster,
): Promise<DeployedCluster> {
  const before = text(at(deployed, "identifier"));
  if (deployed !== undefined && before !== (identifier ?? ""))
    throw refusal(
      `dynamo:cluster.identifier: it is ${quoted(identifier)}, and the stack was deployed with ${quoted(before)}: ${
        before === "" ? "take it out" : `write ${before} again`
      }. A stack stays on its cluster: for another one, run \`npm run destroy\` first, or make another stack. Nothing was changed`,
    );
  const [known, uid] = [text(at(deployed, "uid")), await uidOf(cluster)];
  if (known !== "" && uid !== undefined && known !== uid)
    throw refusal(
      `dynamo:cluster.context: it leads to another cluster than the one that the stack is on (its kube-system has the UID ${uid}, and not ${known}): set KUBECONFIG or the context to the stack's own. Where that cluster is gone for good, start with an empty state: \`pulumi stack rm --force --preserve-config\`, then \`pulumi stack init\`. Nothing was changed`,
    );
  return { uid: uid ?? (known || undefined), identifier };
}

const quoted = (name: string | undefined) => (name ? `"${name}"` : "none");

/** A preview goes on without a cluster, and says so; an update would fail halfway. */
async function uidOf(cluster: Cluster): Promise<string | undefined> {
  if (!hasEngine()) return undefined;
  try {
    return await clusterUid(cluster);
  } catch (error) {
    const reason = `the cluster does not answer (dynamo:cluster.context, KUBECONFIG): ${(error as Error).message}`;
    if (!pulumi.runtime.isDryRun()) throw refusal(reason);
    await pulumi.log.warn(`${reason}. What is there is not known to this preview`);
    return undefined;
  }
}
