/** A graph as this program thinks of it, before it is written in one of the API's two versions. */

import type { Backend } from "../../config/graph";
import type { DiscoveryMode } from "../../config/names";
import type { GraphApiVersion, StackConfig } from "../../config/schema";
import type { RuntimeLine } from "../../config/versions";
import type { DiscoveryPlanePlan } from "../discoveryPlane";
import type { EnvVar } from "../envVar";

/** What a graph depends on beside its own config. */
export interface GraphContext {
  readonly namespace: string;
  readonly registry: string;
  readonly version: string;
  readonly line: RuntimeLine;
  readonly mode: DiscoveryMode;
  readonly discovery: DiscoveryPlanePlan;
  readonly apiVersion: GraphApiVersion;
  readonly orchestrator: StackConfig["platform"]["orchestrator"];
  /** Address of Prometheus, for what scales the graph. */
  readonly prometheus: string;
  /** Names of the graphs whose frontends serve others too. */
  readonly shared: ReadonlySet<string>;
}

/** The frontends that serve a graph: its own, or another's. Their metrics tell its load. */
export interface Frontends {
  readonly deployment: string;
  readonly component: string;
  /** Dynamo's own namespace for them, which is a label of their metrics. */
  readonly dynamoNamespace: string;
  /** Models of the graph, where they serve those of others too. */
  readonly models: readonly string[] | undefined;
}

export interface Graph {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly backend: Backend;
  /** Env of every component. */
  readonly env: readonly EnvVar[];
  readonly components: readonly Component[];
}

export type Role = "frontend" | "worker" | "prefill" | "decode" | "planner";

export interface Component {
  readonly name: string;
  readonly role: Role;
  /** Undefined where a scaler or the planner owns them. */
  readonly replicas: number | undefined;
  /** Whether others than the graph may set its replicas, by a scaling adapter. */
  readonly scaled: boolean;
  /** Pods, each on its own node, that form one replica. */
  readonly nodes: number;
  readonly gpus: { readonly resource: string; readonly perPod: number } | undefined;
  /** Whether its frontends serve the models of all Dynamo namespaces. */
  readonly global: boolean;
  /** The model whose LoRA adapters it serves. */
  readonly baseModel: string | undefined;
  /** Secret whose keys are env of the container. */
  readonly envFromSecret: string | undefined;
  readonly container: Container;
  readonly pod: PodSettings;
}

export interface Container {
  readonly image: string;
  readonly workingDir?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly securityContext?: { readonly capabilities: { readonly add: readonly string[] } };
  readonly lifecycle?: { readonly preStop: Exec };
  readonly startupProbe?: Probe;
  /** Devices beside GPUs, by resource. */
  readonly devices?: Readonly<Record<string, number>>;
}

interface Exec {
  readonly exec: { readonly command: readonly string[] };
}

/** Times are in seconds. */
interface Probe extends Exec {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** Fields of Kubernetes' PodSpec. */
export interface PodSettings {
  readonly volumes?: readonly { readonly name: string; readonly [source: string]: unknown }[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly object[];
  readonly priorityClassName?: string;
  readonly topologySpreadConstraints?: readonly object[];
}
