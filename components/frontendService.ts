import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ExposeConfig } from "../config/schema";
import { endpointOf, frontendService } from "../plan/frontendService";
import type { GraphPlan } from "../plan/graph";

export interface FrontendServiceArgs {
  readonly plan: GraphPlan;
  readonly expose: ExposeConfig;
}

/** The way to a graph's frontend from outside the cluster. */
export class FrontendService extends pulumi.ComponentResource {
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: FrontendServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, expose } = args;
    super("dynamo:index:FrontendService", name, { graph: plan.name, expose }, opts);
    const manifest = frontendService(plan.name, plan.deployment, expose);
    const service = new core.Service(`${name}-np`, manifest, { parent: this });
    this.endpoint = service.status.apply((status) => {
      const address = status?.loadBalancer?.ingress?.[0];
      return endpointOf(plan, address?.hostname ?? address?.ip);
    });
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
