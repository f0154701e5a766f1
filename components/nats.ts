import * as apps from "@pulumi/kubernetes/apps/v1";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { type NatsConfig, natsConfigMap, natsNamespace, natsServices, natsStatefulSet } from "../plan/nats";

/** NATS with JetStream in its own namespace: `nats://nats.nats-system:4222`. */
export class Nats extends pulumi.ComponentResource {
  constructor(name: string, args: NatsConfig, opts?: pulumi.ComponentResourceOptions) {
    super("dynamo:index:Nats", name, args, opts);
    const namespace = new core.Namespace(
      `${name}-namespace`,
      { metadata: { name: natsNamespace } },
      { parent: this },
    );
    const child = { parent: this, dependsOn: namespace };
    const configMap = new core.ConfigMap(`${name}-config`, natsConfigMap(args), child);
    const services = natsServices();
    const headless = new core.Service(`${name}-headless`, services.headless, child);
    new core.Service(`${name}-client`, services.client, child);
    new apps.StatefulSet(`${name}-members`, natsStatefulSet(args), {
      ...child,
      dependsOn: [configMap, headless],
    });
    this.registerOutputs();
  }
}
