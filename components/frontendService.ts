import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { endpointOf, frontendService } from "../plan/frontendService";
import type { GraphPlan } from "../plan/stack";

/** The way to a graph's frontend from outside the cluster, if its config asks for one. */
export class FrontendService extends pulumi.ComponentResource {
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: GraphPlan, opts?: pulumi.ComponentResourceOptions) {
    const { name: graph, deployment, expose } = args;
    super("dynamo:index:FrontendService", name, { graph, expose }, opts);
    if (expose === undefined) {
      this.endpoint = pulumi.output(endpointOf(args));
    } else {
      const service = new k8s.core.v1.Service(`${name}-np`, frontendService(graph, deployment, expose), {
        parent: this,
      });
      const ingress = service.status.apply((status) => status?.loadBalancer?.ingress?.[0]);
      this.endpoint = ingress.apply((address) => endpointOf(args, address?.hostname ?? address?.ip));
    }
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
