/** A graph's manifest as the provider gets it. */
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { waitFor } from "../plan/graph/readiness";
import type { Planned } from "./args/planned";
import type { Cluster } from "./hooks/cluster";
import { hasEngine } from "./hooks/engine";
import { isOnlyUnprepared } from "./hooks/scalingAdapters";
import type { Start } from "./hooks/startingReplicas";

/** Inputs of a graph's resource. @param start known before the graph goes whose place it takes */
export function graphInputs(
  plan: Planned<GraphPlan>,
  start: Promise<Start>,
  cluster: Cluster,
): CustomResourceArgs {
  const { apiVersion } = plan.shape.deployment;
  const { inputs } = plan.part(awaited);
  return {
    ...inputs,
    apiVersion,
    kind: "DynamoGraphDeployment",
    ...(hasEngine() && { spec: pulumi.output(start).apply(() => inputs.spec) }),
    ...(hasEngine() && pulumi.runtime.isDryRun() && { metadata: untried(plan, cluster) }),
  };
}

const waitForKey = "pulumi.com/waitFor";

/** What is asked of a graph in the cluster, and what of Pulumi. */
function awaited({ deployment: { metadata, ...deployment }, readiness }: GraphPlan) {
  const annotations = {
    ...metadata.annotations,
    [waitForKey]: JSON.stringify(waitFor(readiness)),
    // In the foreground, the default, deletion never ends: the operator of 0.8 remakes the Services that the garbage
    // collector removes.
    "pulumi.com/deletionPropagationPolicy": "background",
  };
  return { ...deployment, metadata: { ...metadata, annotations } };
}

/**
 * The metadata in a preview. What the provider does not know yet it does not try on the API server, which would refuse an
 * update that a hook makes way for.
 */
function untried(plan: Planned<GraphPlan>, cluster: Cluster) {
  const metadata = plan.part((plan) => awaited(plan).metadata);
  const annotations = metadata.part(({ annotations }) => annotations);
  const waitFor = plan.after(pulumi.output(undefined), async (plan) => {
    const isUnprepared = await isOnlyUnprepared(plan, cluster);
    return isUnprepared
      ? (pulumi.unknown as unknown as string)
      : awaited(plan).metadata.annotations[waitForKey];
  });
  return { ...metadata.inputs, annotations: { ...annotations.inputs, [waitForKey]: waitFor } };
}
