import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type EtcdConfig, etcdNamespace, etcdServices, etcdStatefulSet } from "../plan/etcd";

/** etcd in its own namespace: `http://etcd.etcd-system:2379`. */
export class Etcd extends pulumi.ComponentResource {
  constructor(name: string, args: EtcdConfig, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:Etcd", name, args, opts);
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: etcdNamespace } },
      { parent: this },
    );
    const child = { parent: this, dependsOn: namespace };
    const services = etcdServices();
    const headless = new k8s.core.v1.Service(`${name}-headless`, services.headless, child);
    new k8s.core.v1.Service(`${name}-client`, services.client, child);
    new k8s.apps.v1.StatefulSet(`${name}-members`, etcdStatefulSet(args), { ...child, dependsOn: headless });
    this.registerOutputs();
  }
}
