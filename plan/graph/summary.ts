/** The graphs of a stack as its outputs: for the next update, and for commands. */
import { createHash } from "node:crypto";
import type { Signer } from "../../config/encryption";
import type { ExposeConfig } from "../../config/expose";
import type { Runtime } from "../../config/runtime/runtime";
import type { DeployedGraph } from "../switchover";
import { gpusOfComponent } from "./componentGpus";
import { frontendServiceName } from "./frontendService";
import { fieldsOf, type GraphFields } from "./graphFields";
import type { GraphPlan } from "./graphPlan";
import type { DynamoGraphDeployment } from "./manifest";
import { type MemorySummary, summariseMemory } from "./memory";
import type { Role } from "./model";

/** A graph in the stack's outputs. */
export interface GraphSummary extends Required<Omit<DeployedGraph, keyof Signer>> {
  readonly certificates?: number;
  readonly issuer?: string;
  readonly namespace: string;
  readonly model: string;
  /** Name of the graph whose frontends serve it; undefined where its own do. */
  readonly servedBy: string | undefined;
  /** Whether it ran before the stack had it, with annotations of its own. */
  readonly adopted?: true;
  /** Service of its frontends, on port 8000; undefined where another graph's frontends serve it. */
  readonly service: string | undefined;
  readonly expose: ExposeConfig["type"] | "ClusterIP";
  /** Name by which clients ask an Ingress or a Gateway. */
  readonly host: string | undefined;
}

/** The output `graphs`, by name. */
export function summariseGraphs(
  graphs: readonly GraphPlan[],
  runtime: Pick<Runtime, "mode" | "version" | keyof Signer>,
): Record<string, GraphSummary> {
  return Object.fromEntries(graphs.map((graph) => [graph.name, summaryOf(graph, runtime)]));
}

function summaryOf(
  { name, namespace, model, source, servedBy, gpus, deployment, isAdopted, frontend }: GraphPlan,
  { mode, version, certificates, issuer }: Pick<Runtime, "mode" | "version" | keyof Signer>,
): GraphSummary {
  const expose = frontend?.expose;
  return {
    deployment: deployment.metadata.name,
    apiVersion: deployment.apiVersion,
    ...(isAdopted && { adopted: true as const }),
    mode,
    gpus,
    runtime: version,
    ...(certificates !== undefined && { certificates }),
    ...(issuer !== undefined && { issuer }),
    digest: digestOf(deployment),
    fields: fixedFieldsOf(deployment),
    namespace,
    model,
    source,
    servedBy,
    service: frontend && frontendServiceName(name),
    expose: expose?.type ?? "ClusterIP",
    host: expose && "host" in expose ? expose.host : undefined,
  };
}

/** What stays of a graph's spec while its replicas change. */
function fixedFieldsOf(deployment: DynamoGraphDeployment): GraphFields {
  const { backend, components } = fieldsOf(deployment);
  const fixed = Object.entries(components).map(([name, { type, nodes }]) => [name, { type, nodes }]);
  return { backend, components: Object.fromEntries(fixed) };
}

/** Digest of a graph's spec: another one asks for something else. */
export function digestOf({ metadata: { name }, spec }: DynamoGraphDeployment): string {
  return createHash("sha256")
    .update(JSON.stringify([name, spec]))
    .digest("hex")
    .slice(0, 12);
}

/** A component of a graph: a line in the table of services. */
export interface ServiceSummary {
  readonly graph: string;
  readonly component: string;
  readonly type: Role;
  /** At full scale: as many as a scaler may make. */
  readonly replicas: number;
  /** Minimum of replicas where a scaler or the planner may make fewer; undefined where none does. */
  readonly min: number | undefined;
  /** Pods of one replica, each on its own node. */
  readonly nodes: number;
  readonly gpusPerPod: number;
  readonly gpus: number;
  /** Memory of its engine; undefined where it runs none. */
  readonly memory?: MemorySummary | undefined;
  /** Whether its pods hold a connection to NATS as workers. */
  readonly natsClient: boolean;
}

/** The output `services`: every graph's components. */
export function summariseServices(graphs: readonly GraphPlan[]): ServiceSummary[] {
  return graphs.flatMap(({ name: graph, components, memory }) =>
    components.map((component) => {
      const engine = memory.find((one) => one.component === component.name);
      const { name, role, range, replicas, gpus, nodes, natsClient } = component;
      const isFixed = replicas !== undefined;
      return {
        graph,
        component: name,
        type: role,
        replicas: range.max,
        min: isFixed ? undefined : range.min,
        nodes,
        gpusPerPod: gpus?.perPod ?? 0,
        gpus: gpusOfComponent(component),
        ...(engine && { memory: summariseMemory(engine) }),
        natsClient,
      };
    }),
  );
}
