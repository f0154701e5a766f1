import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as policy from "@pulumi/kubernetes/policy/v1";
import * as pulumi from "@pulumi/pulumi";
import type { MemberManifests } from "../plan/servers/members";
import type { Planned } from "./args/planned";
import { hasEngine } from "./hooks/engine";
import { refuseToChangeFixedSettings } from "./hooks/fixedSettings";

export interface MemberSetArgs {
  readonly manifests: Planned<MemberManifests>;
}

/** The members of NATS or etcd, Ready before anything that depends on them. */
export class MemberSet extends pulumi.ComponentResource {
  /** Known once the members are Ready. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, { manifests }: MemberSetArgs, opts?: pulumi.ComponentResourceOptions) {
    const { replicas } = manifests.shape.statefulSet.spec;
    super("dynamo:index:MemberSet", name, { replicas }, opts);
    const child = { parent: this };
    const { inputs: serviceAccount } = manifests.part((all) => all.serviceAccount);
    const account = new core.ServiceAccount(`${name}-account`, serviceAccount, child);
    const { inputs: budget } = manifests.part(({ disruptionBudget }) => disruptionBudget);
    new policy.PodDisruptionBudget(`${name}-budget`, budget, child);
    // It carries the settings that can't change, and comes before the members: nothing is done to them if one did.
    const headless = new core.Service(
      `${name}-headless`,
      manifests.part(({ services }) => services.headless).inputs,
      { ...child, ...(hasEngine() && { hooks: { beforeUpdate: [refuseToChangeFixedSettings(name)] } }) },
    );
    new core.Service(`${name}-client`, manifests.part(({ services }) => services.client).inputs, child);
    const { inputs: statefulSet } = manifests.part((all) => all.statefulSet);
    this.ready = new apps.StatefulSet(name, statefulSet, { ...child, dependsOn: [account, headless] }).urn;
    this.registerOutputs();
  }
}
