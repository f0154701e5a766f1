/** The components for programs in any language of Pulumi: those of components/, with args that a schema can say. */
import * as pulumi from "@pulumi/pulumi";
import type {
  DiscoveryMode,
  DiscoveryPlaneArgs,
  DynamoGraphArgs,
  EtcdArgs,
  FrontendServiceArgs,
  ModelCacheArgs,
  MonitoringArgs,
  NatsArgs,
} from "./args";

type Options = pulumi.ComponentResourceOptions;

type Name =
  | "Alerts"
  | "Dashboards"
  | "DiscoveryPlane"
  | "DynamoGraph"
  | "Etcd"
  | "FrontendService"
  | "ModelCache"
  | "Nats"
  | "PodMonitors";
type Component = new (name: string, args: object, opts?: Options) => pulumi.ComponentResource;

/**
 * The components, as classes that Pulumi's analyzer takes for some: it only knows those that extend ComponentResource
 * itself. It follows imports, too, and that of all that they are made of would make each start ten seconds longer.
 */
const components: Readonly<Record<Name, Component>> = require("../components");

/** @throws pulumi.RunError where they have a provider of Kubernetes: it does not tell its cluster to other processes. */
function checked(component: string, opts: Options = {}): Options {
  if (opts.providers === undefined || !("kubernetes" in opts.providers)) return opts;
  throw new pulumi.RunError(
    `the options of ${component} can't be used:\n✖ a provider does not tell components of other languages its cluster, to which they talk, too: set kubernetes:kubeconfig or kubernetes:context in the stack's config instead → at provider`,
  );
}

/** How frontends and workers find each other: nothing at all, or NATS and etcd. Graphs depend on it. */
export class DiscoveryPlane extends components.DiscoveryPlane {
  /** The mode of its args. */
  declare readonly mode: DiscoveryMode;

  constructor(name: string, args: DiscoveryPlaneArgs, opts?: Options) {
    super(name, args, checked(`DiscoveryPlane ${name}`, opts));
  }
}

/** One graph of frontends and workers, Ready before anything that depends on it. */
export class DynamoGraph extends components.DynamoGraph {
  /** URL of the graph's API, known once it answers. */
  declare readonly endpoint: pulumi.Output<string>;
  /** GPUs at full scale. */
  declare readonly gpus: pulumi.Output<number>;

  constructor(name: string, args: DynamoGraphArgs, opts?: Options) {
    super(name, args, checked(`DynamoGraph ${name}`, opts));
  }
}

/** NATS with JetStream in a namespace of its own, `nats-system`: one for each cluster. */
export class Nats extends components.Nats {
  /** Address for clients, known once the members are Ready. */
  declare readonly url: pulumi.Output<string>;
  /** Name of the Secret of their user and password, in `namespace`. */
  declare readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: NatsArgs, opts?: Options) {
    super(name, args, checked(`Nats ${name}`, opts));
  }
}

/** etcd in a namespace of its own, `etcd-system`: one for each cluster. */
export class Etcd extends components.Etcd {
  /** Addresses for clients, known once its users are set up. */
  declare readonly endpoints: pulumi.Output<string[]>;
  /** Name of the Secret of their user and password, in `namespace`. */
  declare readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: EtcdArgs, opts?: Options) {
    super(name, args, checked(`Etcd ${name}`, opts));
  }
}

/** The claim of a graph's model cache, with the model in it where the args say so. */
export class ModelCache extends components.ModelCache {
  /** Name of the claim, known once the model is in it. */
  declare readonly claim: pulumi.Output<string>;

  constructor(name: string, args: ModelCacheArgs, opts?: Options) {
    super(name, args, checked(`ModelCache ${name}`, opts));
  }
}

/** The way to a graph's frontends, from within the cluster and from outside. */
export class FrontendService extends components.FrontendService {
  /** URL of the graph's API. */
  declare readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: FrontendServiceArgs, opts?: Options) {
    super(name, args, checked(`FrontendService ${name}`, opts));
  }
}

/** What the cluster's Prometheus scrapes of graphs, and of the NATS and etcd of their plane. */
export class PodMonitors extends components.PodMonitors {
  constructor(name: string, args: MonitoringArgs, opts?: Options) {
    super(name, watched(args), checked(`PodMonitors ${name}`, opts));
  }
}

/** What the cluster's Prometheus alerts on, of graphs and of the NATS and etcd of their plane. */
export class Alerts extends components.Alerts {
  constructor(name: string, args: MonitoringArgs, opts?: Options) {
    super(name, watched(args), checked(`Alerts ${name}`, opts));
  }
}

/** Dashboards for Grafana: of graphs, and of the NATS and etcd of their plane. */
export class Dashboards extends components.Dashboards {
  /** Their titles. */
  declare readonly titles: pulumi.Output<string[]>;

  constructor(name: string, args: MonitoringArgs, opts?: Options) {
    super(name, watched(args), checked(`Dashboards ${name}`, opts));
  }
}

/** Graphs and planes by their settings: a schema can't have components among a component's args. */
function watched({ graphs = [], monitoring, labels, ...around }: MonitoringArgs): object {
  const { discovery, namespace = "dynamo" } = around;
  return {
    graphs: graphs.map((graph) => ({ settings: { ...graph, ...around } })),
    ...(discovery && { discovery: { settings: discovery, namespace } }),
    monitoring,
    labels,
  };
}
