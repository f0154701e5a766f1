import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import type { GuardedNamespacePlan } from "../plan/servers/guardedNamespace";
import type { Planned } from "./args/planned";

export interface GuardedNamespaceArgs {
  readonly manifests: Planned<GuardedNamespacePlan>;
  /** Whether the namespace, and the volumes in it, outlive the stack. */
  readonly keep: boolean;
}

/** A namespace of restricted pods, without any traffic but what its policies let through. */
export class GuardedNamespace extends pulumi.ComponentResource {
  constructor(name: string, args: GuardedNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { manifests, keep } = args;
    const { namespace: manifest } = manifests.shape;
    super("dynamo:index:GuardedNamespace", name, { namespace: manifest.metadata.name, keep }, opts);
    const namespace = new core.Namespace(name, manifest, { parent: this, retainOnDelete: keep });
    for (const policy of manifests.each(({ networkPolicies }) => networkPolicies))
      new networking.NetworkPolicy(`${name}-${policy.shape.metadata.name}`, policy.inputs, {
        parent: this,
        dependsOn: namespace,
      });
    this.registerOutputs({ keep }); // a later program, which makes it no more, finds it in the state
  }
}
