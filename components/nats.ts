import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type NatsConfig, natsConfigMap, natsNamespace, natsServices, natsStatefulSet } from "../plan/nats";

/** NATS with JetStream in its own namespace: `nats://nats.nats-system:4222`. */
export class Nats extends pulumi.ComponentResource {
  constructor(name: string, args: NatsConfig, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:Nats", name, args, opts);
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: natsNamespace } },
      { parent: this },
    );
    const child = { parent: this, dependsOn: namespace };
    const configMap = new k8s.core.v1.ConfigMap(`${name}-config`, natsConfigMap(args), child);
    const services = natsServices();
    const headless = new k8s.core.v1.Service(`${name}-headless`, services.headless, child);
    new k8s.core.v1.Service(`${name}-client`, services.client, child);
    new k8s.apps.v1.StatefulSet(`${name}-members`, natsStatefulSet(args), {
      ...child,
      dependsOn: [configMap, headless],
    });
    this.registerOutputs();
  }
}
