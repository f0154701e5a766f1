import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import type { GuardedNamespace as Manifests } from "../plan/servers/guardedNamespace";

export interface GuardedNamespaceArgs extends Manifests {
  /** Whether the namespace, and the volumes in it, outlive the stack. */
  readonly keep: boolean;
}

/** A namespace of restricted pods, without any traffic but what its policies let through. */
export class GuardedNamespace extends pulumi.ComponentResource {
  constructor(name: string, args: GuardedNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { namespace: manifest, networkPolicies, keep } = args;
    super("dynamo:index:GuardedNamespace", name, { namespace: manifest.metadata.name, keep }, opts);
    const namespace = new core.Namespace(name, manifest, { parent: this, retainOnDelete: keep });
    for (const policy of networkPolicies)
      new networking.NetworkPolicy(`${name}-${policy.metadata.name}`, policy, {
        parent: this,
        dependsOn: namespace,
      });
    this.registerOutputs();
  }
}
