import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { type EtcdConfig, etcdNamespace, etcdServices, etcdStatefulSet } from "../plan/etcd";

/** etcd in its own namespace: `http://etcd.etcd-system:2379`. */
export class Etcd extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdConfig, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:Etcd", name, args, opts);
    const namespace = new core.Namespace(
      `${name}-namespace`,
      { metadata: { name: etcdNamespace } },
      { parent: this },
    );
    const child = { parent: this, dependsOn: namespace };
    const services = etcdServices();
    const headless = new core.Service(`${name}-headless`, services.headless, child);
    new core.Service(`${name}-client`, services.client, child);
    new apps.StatefulSet(`${name}-members`, etcdStatefulSet(args), { ...child, dependsOn: headless });
    this.registerOutputs();
  }
}
