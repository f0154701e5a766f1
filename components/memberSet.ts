import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as policy from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import type { MemberManifests } from "../plan/servers/members";

export interface MemberSetArgs {
  readonly manifests: MemberManifests;
  /** Called before an update, to refuse one that members can't follow. */
  readonly beforeUpdate: pulumi.ResourceHook;
}

/** The members of NATS or etcd, Ready before anything that depends on them. */
export class MemberSet extends pulumi.ComponentResource {
  constructor(
    name: string,
    { manifests, beforeUpdate }: MemberSetArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { serviceAccount, disruptionBudget, services, statefulSet } = manifests;
    super("dynamo:index:MemberSet", name, { replicas: statefulSet.spec.replicas }, opts);
    const child = { parent: this };
    const account = new core.ServiceAccount(`${name}-account`, serviceAccount, child);
    new policy.PodDisruptionBudget(`${name}-budget`, disruptionBudget, child);
    // It carries the settings that can't change, and comes before the members: nothing is done to them if one did.
    const headless = new core.Service(`${name}-headless`, services.headless, {
      ...child,
      hooks: { beforeUpdate: [beforeUpdate] },
    });
    new core.Service(`${name}-client`, services.client, child);
    new apps.StatefulSet(name, statefulSet, { ...child, dependsOn: [account, headless] });
    this.registerOutputs();
  }
}
