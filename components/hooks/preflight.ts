/** Preflight in a preview: whether the cluster, where it answers, is ready for what the program makes. */
import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../../config/schema";
import { answersRequirements, judge } from "../../preflight/judge";
import { readCluster } from "../../preflight/read/cluster";
import type { Audience } from "../audience";
import { type Cluster, connect, isReachable } from "./cluster";
import { objectsSoFar } from "./collisions";
import { hasEngine } from "./engine";

/** Whether there is a cluster to look at: an update goes on from its own preview, which did. */
export async function canLook(cluster: Cluster): Promise<boolean> {
  return hasEngine() && pulumi.runtime.isDryRun() && isReachable(cluster);
}

/** Warns of what is not ready, and of what can't be known; and where it is the operator, of what a runtime requires of it. */
export async function preflight(
  config: StackConfig,
  cluster: Cluster,
  { warn, need }: Audience,
): Promise<void> {
  const needs = { config, objects: objectsSoFar() };
  try {
    const { config: kubeconfig } = await connect(cluster);
    const findings = judge(needs, await readCluster(kubeconfig, needs));
    for (const { state, check, subject, found, remedy } of findings)
      if (state === "failed") warn(`preflight: ${check}, ${subject}: ${found} → ${remedy}`);
    const unknown = findings.filter(({ state }) => state === "unknown");
    if (unknown.length > 0)
      warn(
        `preflight can't tell: ${unknown.map(({ check, subject, found }) => `${check}, ${subject} (${found})`).join("; ")}`,
      );
    if (answersRequirements(findings)) return;
  } catch (error) {
    warn(`preflight could not look at the cluster: ${(error as Error).message}`);
  }
  for (const requirement of config.runtime.requirements) need(requirement);
}
