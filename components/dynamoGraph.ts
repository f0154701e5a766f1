import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as pulumi from "@pulumi/pulumi";
import type { GraphPlan } from "../plan/graph/graphPlan";
import { waitFor } from "../plan/graph/readiness";
import type { Recreated } from "../plan/switchover";
import { FrontendService } from "./frontendService";
import { ModelCache } from "./modelCache";

export interface DynamoGraphArgs {
  readonly plan: GraphPlan;
  /** Other graphs that its frontends serve, which have none. */
  readonly served: readonly DynamoGraph[];
  /** The graphs in whose place it comes, where these have to go first. */
  readonly recreated: readonly Recreated[];
  /** Called when the graph can't be made or does not become Ready in time. */
  readonly onError: pulumi.ErrorHook;
  /** Called before the graph is updated in place. */
  readonly beforeUpdate: pulumi.ResourceHook;
  /** Called when the Service of its frontends has changed. */
  readonly afterMove: pulumi.ResourceHook;
  /** Ends when the graph that is made is Ready, and throws where it does not become so. */
  readonly untilReady: (plan: GraphPlan) => Promise<void>;
}

/** One graph of frontends and workers, Ready before anything that depends on it. */
export class DynamoGraph extends pulumi.ComponentResource {
  /** The DynamoGraphDeployment, known once it is Ready. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  /** Known once its Service leads to it, too. */
  readonly reached: pulumi.Output<unknown>;
  /** URL of the graph's API; undefined where another graph's frontends serve it. */
  readonly endpoint: pulumi.Output<string> | undefined;

  constructor(name: string, args: DynamoGraphArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, served, recreated, onError, beforeUpdate, afterMove, untilReady } = args;
    const { name: graph, deployment, components, gpus, readyTimeout, readiness } = plan;
    super("dynamo:index:DynamoGraph", name, { graph, components, gpus }, opts);
    const cache =
      plan.modelCache &&
      new ModelCache(`${name}-cache`, { claim: plan.modelCache, download: plan.download }, { parent: this });
    const { metadata, ...manifest } = deployment;
    const resource = new apiextensions.CustomResource(
      deploymentResource(metadata.name),
      {
        ...manifest,
        metadata: {
          ...metadata,
          annotations: {
            ...metadata.annotations,
            "pulumi.com/waitFor": JSON.stringify(waitFor(readiness)),
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
        aliases: recreated.map((before) => ({
          name: deploymentResource(before.deployment),
          type: `kubernetes:${before.apiVersion}:DynamoGraphDeployment`,
        })),
        ...(recreated.length > 0 && { deleteBeforeReplace: true }),
      },
    );
    this.ready = resource.urn.apply(async () => {
      await untilReady(plan);
      return resource;
    });
    const child = { parent: this, dependsOn: resource };
    for (const object of [...plan.scalers, ...plan.loras])
      new apiextensions.CustomResource(`${object.metadata.name}-${object.kind.toLowerCase()}`, object, child);
    // A Service waits for a ready endpoint, and there is none before the graph is Ready. It leads to all that it serves.
    const frontend =
      plan.frontend &&
      new FrontendService(
        `${name}-frontend`,
        { plan: plan.frontend, afterUpdate: afterMove },
        { parent: this, dependsOn: [this.ready, ...served.map(({ ready }) => ready)] },
      );
    this.reached = pulumi.all([this.ready, frontend?.ready]);
    this.endpoint = frontend?.endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/**
 * Name of a graph's resource. It is that of the object, and so another resource where another object takes its place: Pulumi
 * makes it, and deletes the old one last. The same resource, replaced, would lose the old one to a failure halfway.
 */
const deploymentResource = (deployment: string) => `${deployment}-deployment`;
