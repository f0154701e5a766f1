/** The facts by which releases of the Dynamo runtime differ, for one who deploys them. */

/** Release lines, oldest first. */
export const releaseLines = [
  "0.7",
  "0.8",
  "0.9",
  "1.0",
  "1.1",
  "1.2",
  "1.3",
  "1.4",
  "1.5",
  "1.6",
  "1.7",
] as const;

/** A release line: major and minor version of the runtime. */
export type ReleaseLine = (typeof releaseLines)[number];

/** Versions of the graphs' API, oldest first. */
export const graphApiVersions = ["v1alpha1", "v1beta1"] as const;

/** A version of the graphs' API, of group `nvidia.com`. */
export type GraphApiVersion = (typeof graphApiVersions)[number];

/** Env of a container, by name. */
export type Env = Readonly<Record<string, string>>;

/** Flags or env that a release no longer takes, and what takes their place. */
export type Removed = Readonly<Record<string, string>>;

/** A release line's facts, in any discovery mode. */
export interface Release {
  readonly releaseLine: ReleaseLine;
  /** The line's newest version that is known. */
  readonly newest: string;

  /** Versions of the graphs' API that its platform serves; the first is the default. */
  readonly apiVersions: readonly GraphApiVersion[];
  /** Whether the API server answers v1alpha1 with a deprecation warning. */
  readonly warnsOfV1alpha1: boolean;
  /** Whether the operator must be given the release of an image whose tag is no plain version. */
  readonly needsVersionOverride: boolean;
  /** Scaling adapters of components: none, one for each, or where a component asks for one. */
  readonly scalingAdapters: "none" | "always" | "requested";
  /** Whether its operator and engines have the GPU Memory Service (ai_dynamo 1.1.1 takes `--load-format gms`, 1.0.2 in two engines alone). */
  readonly gpuMemoryService: boolean;
  /** Whether its operator makes checkpoints without being told what tells them apart (its CRD: `identity` is not asked for). */
  readonly checkpoints: boolean;
  /**
   * Endpoint Picker that its operator makes, with a frontend beside each engine: none, one that goes by a configuration of plugins, or also
   * one without (`IsLegacyGoEPP` of component_epp.go).
   */
  readonly endpointPicker: "none" | "configured" | "native";
  /** Whether it limits names to what Grove bears also where Grove is not used (`validateServiceNameLength` of operators up to 1.1). */
  readonly limitsNamesWithoutGrove: boolean;
  /** Whether the graph's status counts the replicas of its components. */
  readonly countsReplicas: boolean;
  /** The recorded operator nearest to its own, which the rehearsal's stand-in follows. */
  readonly operator: "0.8" | "1.4";
  /** How its operator is told its settings: by flags, or by the file that `--config` names (deploy/operator/cmd/main.go). */
  readonly operatorSettings: "flags" | "file";
  /** Whether its operator keeps records in an etcd of its own, in any mode. */
  readonly operatorNeedsEtcd: boolean;
  /** The version of the operator that the platform's chart may install in place of its own; undefined where it does not. */
  readonly chartInstallsOperator: string | undefined;
  /** The oldest Kubernetes, as "1.30", that its platform runs on. */
  readonly kubernetes: string;
  /** The oldest Grove that its operator works with. */
  readonly grove: string;
  /** The oldest LeaderWorkerSet that its operator works with. */
  readonly leaderWorkerSet: string;
  /** Whether its CRDs are a chart of their own, `dynamo-crds`, or else applied by the platform's chart. */
  readonly crdsChart: boolean;
  /** Values that its platform's chart no longer takes. */
  readonly removedValues: Removed;
  /** Types of workers that the platform's own PodMonitor does not select (ai-dynamo/dynamo#10597). */
  readonly unmonitoredWorkers: readonly string[];

  /** Whether frontends and workers can find each other without etcd and NATS. */
  readonly kubernetesDiscovery: boolean;
  /** Whether the operator sets DYN_DISCOVERY_BACKEND in pods. */
  readonly injectsDiscoveryBackend: boolean;
  /** Env of every component in mode `kubernetes`, without which pods would dial etcd or NATS. */
  readonly kubernetesEnv: Env;
  /** Carrier of KV cache events from workers to routers in mode `kubernetes`. */
  readonly kubernetesEvents: "none" | "zmq";
  /** Addresses that the operator may give to pods in mode `kubernetes`, and that these leave alone. */
  readonly ignoredAddresses: readonly string[];
  /** Values of the platform's chart that leave NATS out, where every pod that knows its address connects to it. */
  readonly natsFreeValues: string | undefined;
  /** Env of every component in mode `nats-etcd`, beside the addresses. */
  readonly natsEtcdEnv: Env;
  /** Default carrier of requests to workers in mode `nats-etcd`. */
  readonly requestPlane: RequestPlane;
  /**
   * Workers that connect to NATS in mode `nats-etcd` when requests go over TCP: `enable_nats` of the engines in ai-dynamo 0.8.1,
   * 0.9.1 and 1.0.2; before and after, all.
   */
  readonly natsWorkers: "all" | "publishers";
  /**
   * Whether requests over TCP and connections to NATS may be mutual TLS: `DYN_TCP_TLS_*` and `NATS_TLS_*` are in the wheel of 1.5.0 and
   * not in that of 1.4.2. To etcd they may in all.
   */
  readonly mutualTls: boolean;
  /** Whether a graph ends itself within seconds when etcd is away. Measured: 0.8.1 after 8 s, 1.6.1 outlasts 15 s. */
  readonly endsWithoutEtcd: boolean;
  /**
   * Workers that frontends take up by Dynamo namespace: those of their own, all whose namespace begins like their own
   * (ai-dynamo/dynamo#10990), or their own and `<own>-<8 hex digits>`.
   */
  readonly frontendsTake: "own" | "prefixed" | "generations";

  /** Whether a change of one worker's pods starts all workers of its graph anew: their hash is of all (docs: rolling updates). */
  readonly workersRollTogether: boolean;

  /**
   * Whether frontends with KV routing cut the streams of a worker that is killed, whatever the migration limit: their router knows the
   * request already. Measured: 1.4.2 does, 1.6.1 does not. 1.5 was not tried.
   */
  readonly cutsKvRoutedStreams: boolean;

  /** Subjects of events: routers hear those alone of workers that use the same (ai-dynamo/dynamo#11841). */
  readonly eventSubjects: "component" | "endpoint";
  /** Flag of frontends that turns KV events off. */
  readonly noKvEventsFlag: string;
  /** Flags of a vLLM worker's half: `--is-prefill-worker`, or its mode and the transfer of the KV cache. */
  readonly vllmRoleFlags: "is-role" | "mode";
  /** Executor that its operator gives a vLLM worker whose model spans nodes. */
  readonly vllmAcrossNodes: "ray" | "mp";
  /** Whether vLLM workers publish KV events by default, without or with a warning that asks for a flag, or on request. */
  readonly vllmKvEvents: "default" | "default-with-warning" | "requested";
  /** Flag by which workers of TensorRT-LLM publish KV events. */
  readonly trtllmEventsFlag: string;
  /** Schemes of addresses that LoRA adapters are loaded from. */
  readonly loraSources: readonly string[];
  /** Form of the planner's settings: flags, a config, one that must say that it aims at times, or such a one whose names have units. */
  readonly plannerSettings: "flags" | "config" | "config-with-target" | "config-with-units";
  /** Whether the planner has an image of its own. */
  readonly plannerImage: boolean;
  /** Whether the planner works without a profile of the model. */
  readonly plansWithoutProfile: boolean;
  /**
   * Env of frontends by which clients lose less when pods go. Without an end to draining at once a frontend that was told to end
   * answers 503 on kept connections for as long as another answer lasts, 5 s at most (measured on 1.6.1): so it closes them, and
   * answers to the end what it was asked before. From 1.1 on a request goes on with another worker where its own is gone: of 1.0 also
   * one with guided decoding would, which can't (ai-dynamo/dynamo#7930); before, workers have a flag for it in place of draining.
   */
  readonly frontendEnv: Env;
  /** Flags that frontends no longer take: they end at once when they meet one. */
  readonly removedFrontendFlags: Removed;
  /** Flags that workers no longer take. */
  readonly removedWorkerFlags: Removed;
  /** Env that is not read any more, and is ignored without a word or ends the process. */
  readonly removedEnv: Removed;

  /** Metrics of the workers' KV cache: Dynamo's own of old, vLLM's alone, or Dynamo's by component. */
  readonly kvCacheMetrics: "kvstats" | "engine" | "component";
  /** Gauge of the models that frontends know. */
  readonly modelGauge: "model_context_length" | "model_ready";
  /** Whether frontends count failures by class, also of requests that no worker was there for. */
  readonly countsFailures: boolean;
}

/** Carrier of requests from frontends to workers. */
export type RequestPlane = "tcp" | "nats";
