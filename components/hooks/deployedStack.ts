import * as pulumi from "@pulumi/pulumi";
import { refusal } from "../../config/load";
import type { StackConfig } from "../../config/schema";
import { at, text } from "../../gpus/manifest";
import type { DeployedGraphs } from "../../plan/switchover";
import { type Cluster, clusterUid } from "./cluster";
import { hasEngine } from "./engine";
import { deployedOutputs } from "./thisStack";

/** The cluster that a stack is on: one of the stack's outputs. */
export interface DeployedCluster {
  /** UID of its namespace kube-system; undefined where that could not be read. */
  readonly uid?: string | undefined;
  /** dynamo:cluster.identifier; undefined where the config has none. */
  readonly identifier?: string | undefined;
}

/**
 * What the last successful update left of the stack, and the cluster that this one is for. Another than the stack is on is
 * refused: Pulumi would make everything there and delete it here, and if both are one cluster under two names, it would
 * delete what it has just taken up.
 * @throws pulumi.RunError which says what to do
 */
export async function deployedStack(
  { identifier }: StackConfig["cluster"],
  cluster: Cluster,
): Promise<{ readonly graphs: DeployedGraphs; readonly cluster: DeployedCluster }> {
  // Neither is there before the first update, and no cluster where an earlier version of this program was the last.
  const { graphs = {}, cluster: deployed } = await deployedOutputs();
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
  return { graphs: graphs as DeployedGraphs, cluster: { uid: uid ?? (known || undefined), identifier } };
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
