import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import { endpointOf } from "../plan/frontendService";
import type { GraphPlan } from "../plan/graph";
import { FrontendService } from "./frontendService";
import { ModelCache } from "./modelCache";

export interface DynamoGraphArgs {
  readonly plan: GraphPlan;
  /** Called when the graph can't be made or does not become Ready in time. */
  readonly onError: pulumi.ErrorHook;
  /** Called before the graph is updated in place. */
  readonly beforeUpdate: pulumi.ResourceHook;
}

/** One graph of frontends and workers, Ready before anything that depends on it. */
export class DynamoGraph extends pulumi.ComponentResource {
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: DynamoGraphArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, onError, beforeUpdate } = args;
    const { name: graph, deployment, components, gpus, expose, readyTimeout, readiness } = plan;
    super("dynamo:index:DynamoGraph", name, { graph, components, gpus }, opts);
    const pvc = plan.modelCache?.pvc; // a directory of the nodes needs no resource
    const { metadata, ...manifest } = deployment;
    const { namespace } = metadata;
    const cache = pvc && new ModelCache(`${name}-cache`, { graph, namespace, pvc }, { parent: this });
    const resource = new apiextensions.CustomResource(
      `${name}-deployment`,
      {
        ...manifest,
        metadata: {
          ...metadata,
          annotations: {
            ...metadata.annotations,
            "pulumi.com/waitFor": JSON.stringify(readiness),
            // The operator's scaling adapters write replicas too, and must not keep them.
            "pulumi.com/patchForce": "true",
            // In the foreground, the default, deletion never ends: the operator of 0.8 remakes the Services that
            // the garbage collector removes.
            "pulumi.com/deletionPropagationPolicy": "background",
          },
        },
      },
      {
        parent: this,
        ...(cache && { dependsOn: cache }),
        hooks: { onError: [onError], beforeUpdate: [beforeUpdate] },
        customTimeouts: { create: readyTimeout, update: readyTimeout },
      },
    );
    this.endpoint =
      expose === undefined
        ? pulumi.output(endpointOf(plan))
        : // A Service waits for a ready endpoint, and there is none before the graph is Ready.
          new FrontendService(`${name}-frontend`, { plan, expose }, { parent: this, dependsOn: resource })
            .endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
