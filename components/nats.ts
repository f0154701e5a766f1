import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { NatsPlan } from "../plan/servers/nats";
import { natsSecretFiles } from "../plan/servers/natsConf";
import { GuardedNamespace } from "./guardedNamespace";
import { MemberSet } from "./memberSet";
import { password } from "./passwords";
import type { ServerArgs } from "./serverArgs";

/** NATS with JetStream in its own namespace: `nats://nats.nats-system:4222`. */
export class Nats extends pulumi.ComponentResource {
  constructor(name: string, args: ServerArgs<NatsPlan>, opts?: pulumi.ComponentResourceOptions) {
    const { plan, users, keep, beforeUpdate } = args;
    super("dynamo:index:Nats", name, plan.config, opts);
    const namespace = new GuardedNamespace(`${name}-namespace`, { ...plan.guard, keep }, { parent: this });
    const child = { parent: this, dependsOn: namespace };
    const config = new core.ConfigMap(`${name}-config`, plan.configMap, child);
    const route = password(`${name}-route-password`, { parent: this });
    const stringData = pulumi
      .all([users, route])
      .apply(([users, route]) => natsSecretFiles(plan.config, { users, route }));
    const auth = new core.Secret(`${name}-auth`, { ...plan.auth, stringData }, child);
    const members = { manifests: plan.members, beforeUpdate };
    new MemberSet(`${name}-members`, members, { parent: this, dependsOn: [config, auth] });
    this.registerOutputs();
  }
}
