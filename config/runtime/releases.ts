/**
 * The releases of the Dynamo runtime that this program knows, and what each can do. A row has what changed since the release
 * before it, the first of them since the oldest, so that a new release is one row.
 *
 * Sources: the released wheels of ai-dynamo 0.7.1 to 1.6.1, each run against every discovery backend; the operator of the same
 * releases; for 1.5 to 1.7 also the ledgers of deprecations and the compatibility pages of https://docs.nvidia.com/dynamo.
 * Of 1.7.0 no wheel was to be had: its row is what 1.6.1 announces for it.
 */
import { oldest } from "./oldestRelease";
import { type Release, type ReleaseLine, releaseLines } from "./release";

type Changes = Partial<Omit<Release, "releaseLine" | "newest">> & Pick<Release, "newest">;

const routerPolicy = "the YAML of --router-policy-config";

/** Changes of each line since the one before. Env of frontends, and what is removed, add up. */
const changes: Readonly<Record<Exclude<ReleaseLine, "0.7">, Changes>> = {
  "0.8": {
    newest: "0.8.1",
    scalingAdapters: "always",
    countsReplicas: true,
    operatorNeedsEtcd: true,
    chartInstallsOperator: "0.7.1",
    kubernetesDiscovery: true,
    injectsDiscoveryBackend: true,
    // Their --store-kv defaults to etcd whatever the discovery backend is (fixed by ai-dynamo/dynamo#6167).
    kubernetesEnv: { DYN_STORE_KV: "mem" },
    requestPlane: "tcp",
    natsWorkers: "publishers",
    endsWithoutEtcd: true,
    loraSources: ["s3"],
    frontendEnv: { DYN_HTTP_GRACEFUL_SHUTDOWN_TIMEOUT_SECS: "0" },
  },
  "0.9": {
    newest: "0.9.1",
    scalingAdapters: "requested",
    operatorNeedsEtcd: false,
    endsWithoutEtcd: false,
    kvCacheMetrics: "engine",
  },
  "1.0": {
    newest: "1.0.2",
    operator: "1.4",
    operatorSettings: "file",
    chartInstallsOperator: undefined,
    grove: "0.1.0-alpha.6",
    crdsChart: false, // ai-dynamo/dynamo#6466
    removedValues: {
      "etcd.enabled": "global.etcd.install",
      "grove.enabled": "global.grove.install",
      "kai-scheduler.enabled": "global.kai-scheduler.install",
    },
    kubernetesEnv: { DYN_EVENT_PLANE: "zmq" },
    kubernetesEvents: "zmq",
    ignoredAddresses: ["NATS_SERVER"],
    // Before there is no event plane to choose: it is NATS.
    natsEtcdEnv: { DYN_EVENT_PLANE: "nats" },
    frontendsTake: "prefixed",
    workersRollTogether: true,
    noKvEventsFlag: "--no-router-kv-events",
    vllmRoleFlags: "mode",
    vllmAcrossNodes: "mp",
    vllmKvEvents: "default-with-warning",
    plannerSettings: "config",
    removedFrontendFlags: { "--router-ttl": "--router-ttl-secs", "--store-kv": "--discovery-backend" },
    removedWorkerFlags: { "--store-kv": "--discovery-backend" },
    removedEnv: { DYN_STORE_KV: "DYN_DISCOVERY_BACKEND", DYN_KV_STORE: "DYN_DISCOVERY_BACKEND" },
    kvCacheMetrics: "component",
  },
  "1.1": {
    newest: "1.1.1",
    gpuMemoryService: true,
    grove: "0.1.0-alpha.8",
    ignoredAddresses: [],
    natsFreeValues: "nats.enabled=false and dynamo-operator.nats.enabled=false",
    natsWorkers: "all",
    vllmKvEvents: "requested",
    plannerImage: true,
    plannerSettings: "config-with-target", // its optimization_target is "throughput" by default, which ignores the aims
    frontendEnv: { DYN_MIGRATION_LIMIT: "3" },
    removedEnv: { DYN_VLLM_KV_EVENT_PORT: "--kv-events-config" },
  },
  "1.2": {
    newest: "1.2.1",
    limitsNamesWithoutGrove: false,
    warnsOfV1alpha1: true,
    removedValues: {
      "nats.enabled": "global.nats.install",
      "dynamo-operator.nats.enabled": "global.nats.install",
    },
    natsFreeValues: "global.nats.install=false",
    plannerSettings: "config-with-units",
  },
  "1.3": {
    newest: "1.3.1",
    endpointPicker: "configured",
    kubernetes: "1.30",
    apiVersions: ["v1alpha1", "v1beta1"],
    unmonitoredWorkers: [],
    kubernetesEnv: {}, // ZMQ is the default event plane
  },
  "1.4": {
    newest: "1.4.2",
    checkpoints: true,
    grove: "0.1.0-alpha.12-rc1",
    cutsKvRoutedStreams: true,
    eventSubjects: "endpoint",
    trtllmEventsFlag: "--publish-kv-events",
    loraSources: ["s3", "hf"],
    plansWithoutProfile: true,
    removedWorkerFlags: {
      "--is-prefill-worker": "--disaggregation-mode prefill",
      "--is-decode-worker": "--disaggregation-mode decode",
    },
  },
  "1.5": {
    newest: "1.5.1",
    endpointPicker: "native",
    grove: "0.1.0-alpha.13",
    apiVersions: ["v1beta1", "v1alpha1"],
    needsVersionOverride: true,
    mutualTls: true,
    removedEnv: { DYN_USE_KV_EVENTS: "DYN_ROUTER_USE_KV_EVENTS" },
    modelGauge: "model_ready", // ai-dynamo/dynamo#13976
  },
  "1.6": {
    newest: "1.6.2",
    grove: "0.1.0-alpha.14",
    frontendsTake: "generations",
    cutsKvRoutedStreams: false,
    removedWorkerFlags: { "--publish-events": "--publish-kv-events" },
    removedEnv: { DYN_TRTLLM_PUBLISH_EVENTS: "DYN_TRTLLM_PUBLISH_KV_EVENTS" },
    countsFailures: true,
  },
  "1.7": {
    newest: "1.7.0",
    // kv_router_args.py of 1.6.1 marks these as removed in 1.7.
    removedFrontendFlags: {
      "--load-aware": routerPolicy,
      "--router-kv-overlap-score-credit": routerPolicy,
      "--router-kv-overlap-score-credit-decay": routerPolicy,
      "--router-kv-overlap-score-weight": routerPolicy,
      "--kv-overlap-score-weight": routerPolicy,
      "--router-prefill-load-scale": routerPolicy,
      "--router-decode-active-request-weight": routerPolicy,
      "--router-temperature": routerPolicy,
      "--router-queue-threshold": routerPolicy,
      "--router-queue-policy": routerPolicy,
      "--router-prefill-policy": routerPolicy,
      "--router-decode-policy": routerPolicy,
      "--shared-cache-multiplier": routerPolicy,
    },
    removedWorkerFlags: { "--publish-events-and-metrics": "--publish-kv-events and --publish-metrics" },
    removedEnv: {
      DYN_ROUTER_LOAD_AWARE: routerPolicy,
      DYN_ROUTER_KV_OVERLAP_SCORE_CREDIT: routerPolicy,
      DYN_ROUTER_KV_OVERLAP_SCORE_CREDIT_DECAY: routerPolicy,
      DYN_ROUTER_PREFILL_LOAD_SCALE: routerPolicy,
      DYN_ROUTER_DECODE_ACTIVE_REQUEST_WEIGHT: routerPolicy,
      DYN_ROUTER_TEMPERATURE: routerPolicy,
      DYN_ROUTER_QUEUE_THRESHOLD: routerPolicy,
      DYN_ROUTER_QUEUE_POLICY: routerPolicy,
      DYN_ROUTER_PREFILL_POLICY: routerPolicy,
      DYN_ROUTER_DECODE_POLICY: routerPolicy,
      DYN_SHARED_CACHE_MULTIPLIER: routerPolicy,
      DYN_TRTLLM_PUBLISH_EVENTS_AND_METRICS: "DYN_TRTLLM_PUBLISH_KV_EVENTS and DYN_TRTLLM_PUBLISH_METRICS",
    },
  },
};

const sets = [
  "frontendEnv",
  "removedValues",
  "removedFrontendFlags",
  "removedWorkerFlags",
  "removedEnv",
] as const;

function releaseAfter(before: Release, releaseLine: Exclude<ReleaseLine, "0.7">): Release {
  const row = changes[releaseLine];
  const added = Object.fromEntries(sets.map((set) => [set, { ...before[set], ...row[set] }]));
  return { ...before, ...row, ...added, releaseLine };
}

/** Every release line by its name, oldest first, with all that the lines before it changed. */
export const releases: ReadonlyMap<string, Release> = (() => {
  const all = new Map<string, Release>([[oldest.releaseLine, oldest]]);
  let before = oldest;
  for (const releaseLine of releaseLines)
    if (releaseLine !== "0.7") {
      before = releaseAfter(before, releaseLine);
      all.set(releaseLine, before);
    }
  return all;
})();

/**
 * The first release line that can do something, for messages.
 * @param after a line that can't. @default any may be the first
 * @throws RangeError where none can
 */
export function firstReleaseThat(can: (release: Release) => boolean, after?: ReleaseLine): ReleaseLine {
  const newer = [...releases.values()].slice(after === undefined ? 0 : releaseLines.indexOf(after));
  const first = newer.find(can);
  if (first === undefined) throw new RangeError("no release can");
  return first.releaseLine;
}
