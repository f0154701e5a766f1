/**
 * The runtime of a stack, decided once, from its version, the discovery mode, the API's version and the orchestrator.
 * Everything else reads it: no other place distinguishes releases or modes.
 */
import { type EncryptionConfig, type Signer, signerOf } from "../encryption";
import type { DiscoveryMode } from "../names";
import type { Env, GraphApiVersion, Release, RequestPlane } from "./release";
import { releases } from "./releases";
import { releaseLineOf } from "./versions";

/** Settings that decide a {@link Runtime}. */
export interface RuntimeSettings {
  readonly runtime: { readonly version: string; readonly registry: string };
  readonly discovery: { readonly mode: DiscoveryMode; readonly requestPlane?: RequestPlane | undefined };
  readonly platform: {
    readonly apiVersion?: GraphApiVersion | undefined;
    readonly orchestrator?: Orchestrator | undefined;
    /** Set where the stack installs the platform. */
    readonly install?: object | undefined;
  };
  readonly encryption?: Pick<EncryptionConfig, "issuer" | "issuerRef" | "generation">;
}

/** Controller that makes the pods of workers of several nodes. */
export type Orchestrator = "grove" | "leaderworkerset";

/** A release's facts in a stack's mode. */
export interface Runtime extends Omit<Release, "natsWorkers">, Signer {
  /** Tag of its images, such as "0.8.1". */
  readonly version: string;
  /** Registry and path of NVIDIA's images. */
  readonly registry: string;
  readonly mode: DiscoveryMode;
  /** The mode that a stack may be switched to. */
  readonly otherMode: DiscoveryMode;
  /** API version of new graphs. */
  readonly apiVersion: GraphApiVersion;
  /** Undefined: none is installed, and all workers are of one node. */
  readonly orchestrator: Orchestrator | undefined;
  /**
   * Whether a rolling update makes new pods before old ones go, as Deployments do. Grove, which has all pods of a graph, replaces
   * them where they are (ai-dynamo/dynamo, docs: rolling updates).
   */
  readonly rollsBeside: boolean;
  /** Annotations of every graph. The discovery backend is always among them: the operator's default changed in 0.8. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Env of every component, before the addresses of NATS and etcd. */
  readonly env: Env;
  /** Value of DYN_DISCOVERY_BACKEND in every pod; undefined where the operator sets none. */
  readonly podDiscoveryBackend: "kubernetes" | "not kubernetes" | undefined;
  /** Registry of the workers. */
  readonly workersRegisterIn: "DynamoWorkerMetadata" | "etcd";
  /** Carrier of requests to workers. */
  readonly requestPlane: RequestPlane;
  /** Carrier of KV cache events from workers to routers. With none they must be off: they would open NATS. */
  readonly events: "none" | "zmq" | "nats";
  /** Workers that hold a connection to NATS. */
  readonly natsWorkers: "none" | "publishers" | "all";
  /** Effects of the mode on the graphs that not everyone expects. */
  readonly limits: readonly string[];
  /** Requirements that the people who install the platform must meet: preflight looks whether they do. None where the stack installs it. */
  readonly requirements: readonly string[];
}

/** Annotation of a graph with its discovery backend, for the operator. */
export const discoveryAnnotation = "nvidia.com/dynamo-discovery-backend";

/** The runtime of a stack's settings; undefined where no row of the table has its version. */
export function runtimeOf({
  runtime,
  discovery,
  platform,
  encryption,
}: RuntimeSettings): Runtime | undefined {
  const release = releases.get(releaseLineOf(runtime.version));
  if (release === undefined) return undefined;
  const { orchestrator } = platform;
  const wiring = wiringOf(release, discovery);
  const signer = signerOf(release.mutualTls ? encryption : undefined);
  return {
    ...release,
    ...runtime,
    apiVersion: platform.apiVersion ?? release.apiVersions[0] ?? "v1alpha1",
    orchestrator,
    rollsBeside: orchestrator !== "grove",
    ...wiring,
    ...signer,
    requirements: [
      ...(platform.install === undefined ? wiring.requirements : []), // its values meet them
      ...(signer.issuer === undefined ? [] : [requirementOf(signer.issuer)]),
    ],
    annotations: {
      [discoveryAnnotation]: backends[discovery.mode],
      // Where both are installed the operator takes Grove.
      ...(orchestrator === "leaderworkerset" && { "nvidia.com/enable-grove": "false" }),
    },
  };
}

const backends: Readonly<Record<DiscoveryMode, "kubernetes" | "etcd">> = {
  kubernetes: "kubernetes",
  "nats-etcd": "etcd",
};

type Wiring = Pick<
  Runtime,
  | "mode"
  | "otherMode"
  | "env"
  | "podDiscoveryBackend"
  | "workersRegisterIn"
  | "requestPlane"
  | "events"
  | "natsWorkers"
  | "endpointPicker"
  | "limits"
  | "requirements"
>;

function wiringOf(release: Release, { mode, requestPlane }: RuntimeSettings["discovery"]): Wiring {
  switch (mode) {
    case "kubernetes":
      return {
        mode,
        otherMode: "nats-etcd",
        env: release.kubernetesEnv,
        podDiscoveryBackend: release.injectsDiscoveryBackend ? "kubernetes" : undefined,
        workersRegisterIn: "DynamoWorkerMetadata",
        requestPlane: "tcp",
        events: release.kubernetesEvents,
        natsWorkers: "none",
        endpointPicker: release.endpointPicker,
        limits:
          release.kubernetesEvents === "none"
            ? [
                `runtime ${release.releaseLine} sends KV events over NATS only, so they are off: KV-aware routing is approximate`,
              ]
            : [],
        requirements: requirementsOf(release),
      };
    case "nats-etcd": {
      const plane = requestPlane ?? release.requestPlane;
      return {
        mode,
        otherMode: "kubernetes",
        env: { ...release.natsEtcdEnv, ...(requestPlane && { DYN_REQUEST_PLANE: requestPlane }) },
        podDiscoveryBackend: release.injectsDiscoveryBackend ? "not kubernetes" : undefined,
        workersRegisterIn: "etcd",
        requestPlane: plane,
        events: "nats",
        natsWorkers: plane === "nats" ? "all" : release.natsWorkers,
        endpointPicker: "none", // tried by NVIDIA's own with the other mode alone
        limits: [],
        requirements: [],
      };
    }
    default:
      return mode satisfies never;
  }
}

const requirementOf = (issuer: string) =>
  `cert-manager, and its issuer ${issuer}: Ready, and one that signs any name for a year and gives a ca.crt (dynamo:encryption.issuerRef)`;

/** Requirements of mode `kubernetes`. */
function requirementsOf(release: Release): string[] {
  const { releaseLine, chartInstallsOperator, operatorNeedsEtcd, natsFreeValues } = release;
  return [
    ...(chartInstallsOperator !== undefined
      ? [
          `an operator of ${releaseLine} or newer: the platform chart of ${releaseLine} may deploy ${chartInstallsOperator}, which ignores this mode (image of dynamo-operator)`,
        ]
      : []),
    ...(operatorNeedsEtcd
      ? [`the platform's etcd: the operator of ${releaseLine} cleans up there when a graph is deleted`]
      : []),
    ...(natsFreeValues !== undefined
      ? [
          `a platform without NATS (${natsFreeValues}): from 1.1 the address that its operator injects makes every pod connect to NATS`,
        ]
      : []),
  ];
}
