import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/stack";
import { FrontendService } from "./frontendService";
import { ModelCache } from "./modelCache";

/** One graph of frontends and workers, Ready before anything that depends on it. */
export class DynamoGraph extends pulumi.ComponentResource {
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: GraphPlan, opts?: pulumi.ComponentResourceOptions) {
    const { name: graph, deployment, modelCache, readyTimeout } = args;
    super("dynamo:index:DynamoGraph", name, { graph, components: args.components, gpus: args.gpus }, opts);
    const cache =
      modelCache &&
      new ModelCache(
        `${name}-cache`,
        { graph, namespace: deployment.metadata.namespace, cache: modelCache },
        { parent: this },
      );
    const { metadata, ...manifest } = deployment;
    const resource = new k8s.apiextensions.CustomResource(
      `${name}-deployment`,
      {
        ...manifest,
        metadata: {
          ...metadata,
          annotations: {
            ...metadata.annotations,
            "pulumi.com/waitFor": "condition=Ready",
            // In the foreground, the default, deletion never ends: the operator of 0.8 remakes the Services that
            // the garbage collector removes.
            "pulumi.com/deletionPropagationPolicy": "background",
          },
        },
      },
      {
        parent: this,
        ...(cache && { dependsOn: cache }),
        customTimeouts: { create: readyTimeout, update: readyTimeout },
      },
    );
    // A Service waits for an endpoint, and there is none before the graph is Ready.
    const service = new FrontendService(`${name}-frontend`, args, { parent: this, dependsOn: resource });
    this.endpoint = service.endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
