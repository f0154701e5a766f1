import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { endpointOf } from "../plan/graph/frontendService";
import type { GraphPlan } from "../plan/graph/graphPlan";
import type { ObjectBefore } from "../plan/graph/model";
import { summariseServices } from "../plan/graph/summary";
import { type DynamoGraphArgs, type GraphArgs, type GraphOfStack, planGraphArgs } from "./args/graph";
import { optional, Planned } from "./args/planned";
import { DiscoveryPlane } from "./discoveryPlane";
import { FrontendService } from "./frontendService";
import { graphInputs } from "./graphInputs";
import { clusterOf } from "./hooks/cluster";
import { hasEngine } from "./hooks/engine";
import { owned } from "./hooks/ownership";
import { noteChange, untilReady } from "./hooks/readyGraphs";
import { prepareReplicas } from "./hooks/scalingAdapters";
import { startOf } from "./hooks/startingReplicas";
import { explainWaitingPods } from "./hooks/waitingPods";
import { ModelCache } from "./modelCache";

/** A graph that is planned already, together with the others of its stack. */
export interface PlannedGraph extends GraphOfStack {
  readonly plan: GraphPlan;
  /** Other graphs that its frontends serve, which have none. */
  readonly served: readonly DynamoGraph[];
}

/**
 * One graph of frontends and workers, Ready before anything that depends on it.
 * @example new DynamoGraph("chat", { model: "Qwen/Qwen3-8B", runtime: "1.4.2", workers: { replicas: 2, gpus: 1 } })
 */
export class DynamoGraph extends pulumi.ComponentResource {
  /** The DynamoGraphDeployment, known once it is Ready: for `dependsOn`. */
  readonly ready: pulumi.Output<pulumi.Resource>;
  /** Known once its Service leads to it, too. */
  readonly reached: pulumi.Output<unknown>;
  /** URL of the graph's API, known once it answers. */
  readonly endpoint: pulumi.Output<string>;
  /** GPUs at full scale. */
  readonly gpus: pulumi.Output<number>;
  /** Its args, for what watches over it; undefined where a stack's plan made it. */
  readonly settings: GraphArgs | undefined;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: DynamoGraphArgs | PlannedGraph,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const { plan, settings, served, warnings, labels, dependsOn, ...stack } =
      "plan" in args ? fromPlan(args) : fromArgs(name, args);
    const { name: graph, gpus } = plan.shape;
    const components = summariseServices([plan.shape]);
    super(
      "dynamo:index:DynamoGraph",
      name,
      { graph, components, gpus },
      owned(name, pulumi.mergeOptions(opts, { dependsOn }), labels),
    );
    for (const warning of warnings) void pulumi.log.warn(warning, this);
    const cluster = clusterOf(this);
    const claim = optional(plan.part(({ modelCache }) => modelCache));
    const cache =
      claim &&
      new ModelCache(
        `${name}-cache`,
        { claim, download: plan.part(({ download }) => download) },
        { parent: this },
      );
    const before = plan.each((all) => all.before).map((object) => objectBefore(name, object, this));
    const { metadata } = plan.shape.deployment;
    const start = startOf(plan.shape, stack.switchover, cluster);
    const change = hasEngine() ? noteChange(name) : undefined;
    const resource = new apiextensions.CustomResource(
      deploymentResource(name, metadata.name),
      graphInputs(plan, start, cluster),
      {
        parent: this,
        dependsOn: [...(cache ? [cache] : []), ...before],
        ...(change && {
          hooks: {
            onError: [explainWaitingPods(name, this, cluster, stack.switchover)],
            beforeUpdate: [prepareReplicas(name, plan.shape, cluster)],
            afterCreate: [change.hook],
            afterUpdate: [change.hook],
          },
        }),
        aliases: [
          { name: nameBefore(metadata.name) },
          ...stack.recreated.flatMap((before) =>
            [deploymentResource(name, before.deployment), nameBefore(before.deployment)].map((name) => ({
              name,
              type: `kubernetes:${before.apiVersion}:DynamoGraphDeployment`,
            })),
          ),
        ],
        ...(stack.recreated.length > 0 && { deleteBeforeReplace: true }),
      },
    );
    this.ready = plan.after(resource.urn, async (plan) => {
      const isChanged = change?.isNoted() === true;
      await untilReady(plan, { ...stack, component: this, isChanged, cluster, start: await start });
      return resource;
    });
    const child = { parent: this, dependsOn: this.ready };
    for (const object of plan.each(({ scalers, loras }) => [...scalers, ...loras])) {
      const { metadata, kind } = object.shape;
      const part = `${metadata.name}-${kind.toLowerCase()}`;
      new apiextensions.CustomResource(`${name}:${part}`, object.inputs as apiextensions.CustomResourceArgs, {
        ...child,
        aliases: [{ name: part }],
      });
    }
    // A Service waits for a ready endpoint, and there is none before the graph is Ready. It leads to all that it serves.
    const route = optional(plan.part(({ frontend }) => frontend));
    const frontend =
      route &&
      new FrontendService(
        `${name}-frontend`,
        { plan: route },
        { parent: this, dependsOn: [this.ready, ...served.map(({ ready }) => ready)] },
      );
    this.reached = pulumi.all([this.ready, frontend?.ready]);
    this.endpoint = frontend?.endpoint ?? this.ready.apply(() => servedAt(plan.shape));
    this.gpus = pulumi.output(gpus);
    this.settings = settings;
    this.registerOutputs({ endpoint: this.endpoint, gpus: this.gpus });
  }
}

/** An object that the graph's pods need. */
function objectBefore(name: string, { shape, inputs }: Planned<ObjectBefore>, parent: pulumi.Resource) {
  const resource = `${name}:${shape.metadata.name}`;
  return shape.kind === "ConfigMap"
    ? new core.ConfigMap(resource, inputs as core.ConfigMapArgs, { parent })
    : new apiextensions.CustomResource(resource, inputs as apiextensions.CustomResourceArgs, { parent });
}

/** Where the frontends of another graph answer for it. */
function servedAt({ name, servedBy = name, deployment }: GraphPlan): string {
  const { namespace, name: by } = deployment.metadata;
  return endpointOf({ graph: servedBy, namespace, deployment: by, expose: undefined });
}

function fromPlan({ plan, ...stack }: PlannedGraph) {
  return { ...stack, plan: new Planned(plan), settings: undefined, labels: {}, warnings: [], dependsOn: [] };
}

function fromArgs(name: string, args: DynamoGraphArgs) {
  const { settings, plan: stack } = planGraphArgs(name, args);
  const { plan, warnings } = stack.shape;
  return {
    plan: stack.part(({ plan }) => plan.graphs[0] as GraphPlan),
    settings,
    served: [],
    recreated: [],
    switchover: plan.switchover,
    deployed: {},
    warnings,
    labels: args.labels,
    dependsOn: args.discovery instanceof DiscoveryPlane ? [args.discovery] : [],
  };
}

/**
 * Name of a graph's resource. It is that of the object, too, and so another resource where another object takes its place:
 * Pulumi makes it, and deletes the old one last. The same resource, replaced, would lose the old one to a failure halfway.
 * No object's name has a colon: "a" and "b-c" are never taken for "a-b" and "c".
 */
const deploymentResource = (name: string, deployment: string) => `${name}:${deployment}`;

/** Of earlier versions of the program, in which there could be one graph of a name. */
const nameBefore = (deployment: string) => `${deployment}-deployment`;
