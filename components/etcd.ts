import * as batch from "@pulumi/kubernetes/batch/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { EtcdPlan } from "../plan/servers/etcd";
import { etcdSecretFiles } from "../plan/servers/etcdAccess";
import { GuardedNamespace } from "./guardedNamespace";
import { MemberSet } from "./memberSet";
import { passwords } from "./passwords";
import type { ServerArgs } from "./serverArgs";

/** etcd in its own namespace: `http://etcd.etcd-system:2379`. Its users are set up before anything that depends on it. */
export class Etcd extends pulumi.ComponentResource {
  constructor(name: string, args: ServerArgs<EtcdPlan>, opts?: pulumi.ComponentResourceOptions) {
    const { plan, credentials, users, keep, beforeUpdate } = args;
    super("dynamo:index:Etcd", name, plan.config, opts);
    const namespace = new GuardedNamespace(`${name}-namespace`, { ...plan.guard, keep }, { parent: this });
    const child = { parent: this, dependsOn: namespace };
    const root = passwords(`${name}-root-password`, credentials.valid, { parent: this });
    const stringData = pulumi
      .all([users, root])
      .apply(([users, root]) => etcdSecretFiles(credentials, { users, root }));
    const auth = new core.Secret(`${name}-auth`, { ...plan.auth, stringData }, child);
    const script = new core.ConfigMap(`${name}-access-script`, plan.access.configMap, child);
    const members = new MemberSet(
      `${name}-members`,
      { manifests: plan.members, beforeUpdate },
      { parent: this, dependsOn: [namespace] },
    );
    const access = new batch.Job(`${name}-access`, plan.access.job, {
      parent: this,
      dependsOn: [members, auth, script],
      deleteBeforeReplace: true, // so that `--replace` runs it again, too
    });
    if (plan.snapshots) {
      const claim = new core.PersistentVolumeClaim(`${name}-snapshots`, plan.snapshots.claim, child);
      new batch.CronJob(`${name}-snapshot`, plan.snapshots.cronJob, {
        parent: this,
        dependsOn: [access, claim],
      });
    }
    this.registerOutputs();
  }
}
