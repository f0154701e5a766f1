import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { endpointOf, type FrontendPlan, frontendRoute, frontendService } from "../plan/graph/frontendService";

export interface FrontendServiceArgs {
  readonly plan: FrontendPlan;
  /** Called when the Service has changed. */
  readonly afterUpdate: pulumi.ResourceHook;
}

/** The way to a graph's frontend, from within the cluster and from outside. */
export class FrontendService extends pulumi.ComponentResource {
  /** Known once the Service leads to the graph. */
  readonly ready: pulumi.Output<string>;
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  constructor(
    name: string,
    { plan, afterUpdate }: FrontendServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("dynamo:index:FrontendService", name, plan, opts);
    const service = new core.Service(`${name}-np`, frontendService(plan), {
      parent: this,
      hooks: { afterUpdate: [afterUpdate] },
    });
    const route = frontendRoute(plan);
    const child = { parent: this, dependsOn: service };
    if (route?.kind === "Ingress") new networking.Ingress(`${name}-ingress`, route, child);
    if (route?.kind === "HTTPRoute") new apiextensions.CustomResource(`${name}-route`, route, child);
    this.ready = service.urn;
    this.endpoint = service.status.apply((status) => {
      const address = status?.loadBalancer?.ingress?.[0];
      return endpointOf(plan, address?.hostname ?? address?.ip);
    });
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
