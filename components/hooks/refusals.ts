/** What ends an update before its first change. */
import type { StackConfig } from "../../config/schema";
import { refusedTransforms } from "../../plan/objectTransforms";
import type { StackPlan } from "../../plan/stack";
import type { DeployedGraphs } from "../../plan/switchover";
import type { Audience } from "../audience";
import { plannedObjects } from "../plannedObjects";
import type { Cluster } from "./cluster";
import { refuseWhatIsInTheWay } from "./interruptedGraphs";
import { refuseMissingNamespaces } from "./missingNamespaces";
import { refuseToLoseNamespace } from "./namespaceLoss";
import { refuseWrongPlatform } from "./platform";

/** Has the audience hear of a plan, and of why it must not be made: for what it says itself. */
export function announce(
  plan: StackPlan,
  { transform, monitoring }: Pick<StackConfig, "transform" | "monitoring">,
  hasToken: boolean,
  audience: Audience,
): void {
  for (const warning of plan.warnings) audience.warn(warning);
  if (hasToken && plan.huggingFaceSecrets.length === 0)
    audience.warn(
      "no graph names a Secret that dynamo:huggingFaceToken goes into: write dynamo:graphs[].huggingFaceSecret, or remove the token",
    );
  audience.inform(plan);
  const objects = () => plannedObjects(plan, { monitoring }, hasToken);
  const refusals = [...plan.refusals, ...refusedTransforms(transform, objects, plan.gpus)];
  if (refusals.length > 0) audience.refuse(refusals.join("\n"));
}

/**
 * Looks in the cluster for what the plan must not meet.
 * @param deployed graphs as the last update that succeeded left them
 * @throws RunError that says what to do
 */
export async function refuseWhatClusterForbids(
  plan: StackPlan,
  deployed: DeployedGraphs,
  cluster: Cluster,
): Promise<void> {
  await Promise.all([
    refuseToLoseNamespace(plan, cluster),
    refuseMissingNamespaces(plan, cluster),
    refuseWhatIsInTheWay(plan, deployed, cluster),
    refuseWrongPlatform(plan.platform, cluster),
  ]);
}
