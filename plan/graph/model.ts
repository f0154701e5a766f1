import type { Backend } from "../../config/graph";
import { typeOfPool, type WorkerRole } from "../../config/pools";
import type { ProbeConfig } from "../../config/probe";
import type { GraphApiVersion } from "../../config/runtime/release";
import type { Runtime } from "../../config/runtime/runtime";
import type { PodSecurityContextConfig, SecurityContextConfig } from "../../config/securityContext";
import type { CheckpointConfig } from "../../config/snapshots";
import type { ScalingConfig } from "../../config/workers";
import type { CertificateVolume } from "../certificates/env";
import type { ConfigMapPlan } from "../engines/engineConfig";
import type { EnvVar } from "../envVar";
import type { ClaimObject, PodClaim } from "./claims";
import type { Frontends } from "./frontends";

/** A graph's dependencies beside its own config. */
export interface GraphContext {
  /** Name of its DynamoGraphDeployment. */
  readonly deployment: string;
  /** The same in the other mode. */
  readonly inOtherMode: string;
  readonly namespace: string;
  readonly runtime: Runtime;
  readonly apiVersion: GraphApiVersion;
  /** Memory of a GPU, as `dynamo:cluster` tells it. */
  readonly gpuMemory: string | undefined;
  /** Env of every component, by which they find each other. */
  readonly env: readonly EnvVar[];
  /** Files of every component, with the certificates by which they know each other. */
  readonly certificates: readonly CertificateVolume[];
  /** Address of Prometheus, for the graph's scalers. */
  readonly prometheus: string;
  /** The frontends that serve it. */
  readonly frontends: Frontends;
  /** Secrets by which nodes pull the images of its pods. */
  readonly pullSecrets: readonly string[];
  /** Whether the cluster gives pods their users and groups, and refuses others. */
  readonly assignsIds: boolean;
}

/** A graph before it is written in one of the API's two versions. */
export interface Graph {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly backend: Backend;
  /** Env of every component. */
  readonly env: readonly EnvVar[];
  readonly components: readonly Component[];
}

/** A component's part in a graph. */
export type Role = WorkerRole | "frontend" | "epp" | "planner";

/** Type of a component in the API. */
export const typeOf = ({ role, sidecar }: Pick<Component, "role" | "sidecar">): Role =>
  isWorkerRole(role) ? typeOfPool(role, sidecar !== undefined) : role;

/** Whether a component of that role has the model. */
export function isWorkerRole(role: Role): role is WorkerRole {
  return role !== "frontend" && role !== "epp" && role !== "planner";
}

/** Objects whose keys are env of a component's container: the Secret of its models, and those of the settings. */
export const envFromOf = ({ envFromSecret, container: { envFrom = [] } }: Component): readonly EnvFrom[] => [
  ...(envFromSecret === undefined ? [] : [{ secretRef: { name: envFromSecret } }]),
  ...envFrom,
];

/** A component of a graph. */
export interface Component {
  readonly name: string;
  readonly role: Role;
  /** Replicas that the graph asks for; undefined where a scaler or the planner owns them. */
  readonly replicas: number | undefined;
  /** Minimum and maximum of replicas. They differ where a scaler or the planner may change them. */
  readonly range: { readonly min: number; readonly max: number };
  /** Its scaler, which sets its replicas by a scaling adapter; undefined where it has none. */
  readonly scaling: ScalingConfig | undefined;
  /** Pods, each on its own node, that form one replica. */
  readonly nodes: number;
  readonly gpus: ComponentGpus | undefined;
  /** DeviceClass of the GPUs that a memory service beside its engine shares; undefined where it has none. */
  readonly memoryService: string | undefined;
  /** Checkpoint that its pods start from; undefined where they load their model. */
  readonly checkpoint: CheckpointConfig | undefined;
  /** GPUs that it may add to the graph's, as a planner does to other components, or a checkpoint by the pod that it is made in. */
  readonly extraGpus: number;
  /** Whether its pods hold a connection to NATS as workers. */
  readonly natsClient: boolean;
  /** Whether its frontends serve the models of all Dynamo namespaces. */
  readonly globalDynamoNamespace: boolean;
  /** The model whose LoRA adapters it serves. */
  readonly baseModel: string | undefined;
  /** Size of /dev/shm; undefined for the operator's default. */
  readonly sharedMemory: string | undefined;
  /** Objects that its pods need before they start. */
  readonly before: readonly ObjectBefore[];
  /** Secret whose keys are env of the container. */
  readonly envFromSecret: string | undefined;
  readonly container: Container;
  readonly pod: PodSettings;
  /** Frontend beside its engine. @default none */
  readonly sidecar?: FrontendSidecar | undefined;
  /** Configuration of an Endpoint Picker's plugins. @default none */
  readonly pickerConfig?: Readonly<Record<string, unknown>>;
  /** Annotations and labels of its pods beside the operator's. */
  readonly podMetadata: PodMetadata | undefined;
}

export interface PodMetadata {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A frontend beside an engine, of whose container the API has these fields alone in both versions. */
export interface FrontendSidecar {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
}

/** GPUs of a component's pods. */
export interface ComponentGpus {
  /** Resource by which nodes offer them, or DeviceClass. */
  readonly resource: string;
  readonly perPod: number;
  /** Whether the pods claim them, and the container asks for none. */
  readonly areClaimed: boolean;
  /** Resource by which the container asks for them where the operator claims them in its place. @default `resource` */
  readonly askedAs?: string;
}

/** An object that pods need before they start. */
export type ObjectBefore = ConfigMapPlan | ClaimObject;

/** The main container of a component, with fields of Kubernetes' Container. */
export interface Container {
  readonly image: string;
  readonly workingDir?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly EnvFrom[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly imagePullPolicy?: string;
  readonly securityContext?: SecurityContextConfig | undefined;
  readonly lifecycle?: { readonly preStop: Exec };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  /** CPU, memory and disk. */
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  /** Claims of the pod whose devices it gets. */
  readonly claims?: readonly { readonly name: string }[];
  /** Devices beside GPUs, by resource. */
  readonly devices?: Readonly<Record<string, number>>;
}

/** An object whose keys are env. */
export type EnvFrom =
  | { readonly secretRef: { readonly name: string } }
  | { readonly configMapRef: { readonly name: string } };

/** Amounts by Kubernetes' names of resources. */
export type Amounts = Readonly<Record<string, string | undefined>>;

export interface Exec {
  readonly exec: { readonly command: readonly string[] };
}

export type Probe = ProbeConfig;

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** Fields of Kubernetes' PodSpec. */
export interface PodSettings {
  readonly volumes?: readonly { readonly name: string; readonly [source: string]: unknown }[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly resourceClaims?: readonly PodClaim[];
  readonly securityContext?: PodSecurityContextConfig | { readonly seccompProfile: object };
  readonly hostIPC?: boolean;
  readonly hostNetwork?: boolean;
  readonly dnsPolicy?: "ClusterFirstWithHostNet";
  readonly terminationGracePeriodSeconds?: number;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly affinity?: object;
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly priorityClassName?: string;
  readonly topologySpreadConstraints?: readonly object[];
}
