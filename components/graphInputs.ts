/** A graph's manifest as the provider gets it. */
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import type { Planned } from "./args/planned";
import type { Cluster } from "./hooks/cluster";
import { hasEngine } from "./hooks/engine";
import type { untilReady } from "./hooks/readyGraphs";
import { isOnlyUnprepared } from "./hooks/scalingAdapters";
import type { Start } from "./hooks/startingReplicas";

/** Inputs of a graph's resource. @param start known before the graph goes whose place it takes */
export function graphInputs(
  plan: Planned<GraphPlan>,
  start: Promise<Start>,
  cluster: Cluster,
): CustomResourceArgs {
  const { apiVersion } = plan.shape.deployment;
  const { inputs } = plan.part(asked);
  return {
    ...inputs,
    apiVersion,
    kind: "DynamoGraphDeployment",
    ...(hasEngine() && { spec: pulumi.output(start).apply(() => inputs.spec) }),
    ...(hasEngine() && pulumi.runtime.isDryRun() && { metadata: untried(plan, cluster) }),
  };
}

const deletionKey = "pulumi.com/deletionPropagationPolicy";

/**
 * What is asked of the cluster, and what of Pulumi: not to wait until the graph is Ready, which {@link untilReady} does.
 * Pulumi works on a few objects at a time, and one that it waits for is one of them: a stack's graphs would load in turns.
 */
function asked({ deployment: { metadata, ...deployment } }: GraphPlan) {
  // In the foreground, the default, deletion never ends: the operator of 0.8 remakes the Services that the garbage
  // collector removes.
  const annotations = { ...metadata.annotations, [deletionKey]: "background" };
  return { ...deployment, metadata: { ...metadata, annotations } };
}

/**
 * The metadata in a preview. What the provider does not know yet it does not try on the API server, which would refuse an
 * update that a hook makes way for.
 */
function untried(plan: Planned<GraphPlan>, cluster: Cluster) {
  const metadata = plan.part((plan) => asked(plan).metadata);
  const annotations = metadata.part(({ annotations }) => annotations);
  const deletion = plan.after(pulumi.output(undefined), async (plan) => {
    const isUnprepared = await isOnlyUnprepared(plan, cluster);
    return isUnprepared
      ? (pulumi.unknown as unknown as string)
      : asked(plan).metadata.annotations[deletionKey];
  });
  return { ...metadata.inputs, annotations: { ...annotations.inputs, [deletionKey]: deletion } };
}
