import * as apiextensions from "@pulumi/kubernetes/apiextensions";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { endpointOf, type FrontendPlan, frontendRoute, frontendService } from "../plan/graph/frontendService";
import type { Args } from "./args/inputs";
import {
  aroundIt,
  type GraphSettings,
  type KnownSurroundings,
  planArgs,
  type SurroundingArgs,
} from "./args/planArgs";
import { optional, type Planned } from "./args/planned";
import { clusterOf } from "./hooks/cluster";
import { drainFrontends } from "./hooks/drainFrontends";
import { hasEngine } from "./hooks/engine";
import { owned } from "./hooks/ownership";

type FrontendSettings = NonNullable<GraphSettings["frontend"]>;

export interface FrontendServiceArgs extends Pick<SurroundingArgs, "namespace" | "labels"> {
  /** Beginning of its name: the Service is `<name>-frontend-np`. @default the component's name */
  readonly name?: string | undefined;
  /** Name of the DynamoGraphDeployment whose frontends answer. */
  readonly deployment: pulumi.Input<string>;
  /** How clients outside the cluster reach them, as `frontend.expose` of a graph. @default not at all */
  readonly expose?: Args<NonNullable<FrontendSettings["expose"]>> | undefined;
}

/**
 * The way to a graph's frontends, from within the cluster and from outside.
 * @example new FrontendService("chat", { deployment: "chat", expose: { type: "NodePort", nodePort: 30200 } })
 */
export class FrontendService extends pulumi.ComponentResource {
  /** Known once the Service leads to the graph. */
  readonly ready: pulumi.Output<string>;
  /** URL of the graph's API. */
  readonly endpoint: pulumi.Output<string>;

  /** @throws pulumi.RunError with one line for each mistake in the args. */
  constructor(
    name: string,
    args: FrontendServiceArgs | { readonly plan: Planned<FrontendPlan> },
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const plan = "plan" in args ? args.plan : planFrontend(name, args);
    const { labels } = "plan" in args ? {} : args;
    super("dynamo:index:FrontendService", name, plan.inputs, owned(name, opts, labels));
    const service = new core.Service(`${name}-np`, plan.part(frontendService).inputs, {
      parent: this,
      ...(hasEngine() && { hooks: { afterUpdate: [drainFrontends(name, clusterOf(this))] } }),
    });
    const route = optional(plan.part(frontendRoute));
    const child = { parent: this, dependsOn: service };
    if (route?.shape.kind === "Ingress")
      new networking.Ingress(`${name}-ingress`, route.inputs as networking.IngressArgs, child);
    if (route?.shape.kind === "HTTPRoute")
      new apiextensions.CustomResource(
        `${name}-route`,
        route.inputs as apiextensions.CustomResourceArgs,
        child,
      );
    this.ready = service.urn;
    this.endpoint = plan.after(service.status, (plan, status) => {
      const address = status?.loadBalancer?.ingress?.[0];
      return endpointOf(plan, address?.hostname ?? address?.ip);
    });
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

type KnownArgs = KnownSurroundings & {
  readonly name?: string;
  readonly deployment: string;
  readonly expose?: FrontendSettings["expose"];
};

function planFrontend(component: string, args: FrontendServiceArgs): Planned<FrontendPlan> {
  const stack = planArgs<KnownArgs>(args, {
    component: `FrontendService ${component}`,
    settings: ({ namespace, name = component, deployment: _, ...frontend }) => ({
      ...aroundIt({ namespace }),
      graphs: [{ name, model: "any", frontend }],
    }),
    keys: { "graphs[0].frontend.": "", "graphs[0].": "", "namespace.name": "namespace" },
  });
  return stack.part(({ plan, args: { deployment } }) => {
    const frontend = plan.graphs[0]?.frontend as FrontendPlan;
    return { ...frontend, deployment };
  });
}
