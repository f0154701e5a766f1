import { isDeepStrictEqual } from "node:util";
import type { V1Deployment, V1DeploymentStatus } from "@kubernetes/client-node";
import {
  type ComponentStatus,
  componentDeployment,
  dynamoNamespace,
  type GraphResource,
  type GraphStatus,
  labels,
  type OperatorRelease,
  type RollingUpdate,
  servicesOf,
} from "./graphResource";
import type { CountedComponent } from "./orchestrator/counts";

/** The result of a reconciliation. */
export interface Outcome {
  state: "pending" | "successful" | "failed";
  reason: string;
  message: string;
  services?: Record<string, ComponentStatus>;
  /** Whether the API server refused pods, which it may take later. */
  isRefused?: boolean;
}

type Count = "replicas" | "updatedReplicas" | "readyReplicas" | "availableReplicas";

/** Sum of a count in the status of Deployments. */
export const total = (deployments: readonly V1Deployment[], count: Count): number =>
  deployments.reduce((sum, { status }) => sum + (status?.[count] ?? 0), 0);

const isAvailable = ({ conditions = [] }: V1DeploymentStatus): boolean =>
  conditions.some(({ type, status }) => type === "Available" && status === "True");

/** Whether all replicas are available and of the current template, as the operator judges it. */
function isDeploymentReady({ metadata, spec, status = {} }: V1Deployment): boolean {
  const desired = spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const settled = observedGeneration >= (metadata?.generation ?? 0) && !spec?.paused;
  return (
    desired === 0 ||
    (settled && Math.min(updatedReplicas, availableReplicas) >= desired && isAvailable(status))
  );
}

/**
 * The state of a graph by its Deployments, of which a worker in a rollout has two generations, and by the components whose
 * pods an orchestrator makes.
 */
export function observe(
  graph: GraphResource,
  deployments: readonly V1Deployment[],
  release: OperatorRelease,
  orchestrated: ReadonlyMap<string, CountedComponent> = new Map(),
): Outcome {
  const services: Record<string, ComponentStatus> = {};
  const waiting: string[] = [];
  for (const [name, component] of servicesOf(graph)) {
    const counted = orchestrated.get(name);
    if (counted) {
      services[name] = counted.status;
      if (counted.lacks) waiting.push(counted.lacks);
      continue;
    }
    const own = deployments.filter(({ metadata }) => metadata?.labels?.[labels.component] === name);
    const currentName = componentDeployment(graph, name, component, release);
    const current = own.filter(({ metadata }) => metadata?.name === currentName);
    const names = own.map(({ metadata }) => String(metadata?.name)).sort();
    // Routers stay with the old generation until the rollout is done.
    const serving = own.find((deployment) => !current.includes(deployment)) ?? current[0];
    const hash = serving?.metadata?.labels?.[labels.workerHash];
    const runtimeNamespace = dynamoNamespace(graph, component) + (hash ? `-${hash}` : "");
    services[name] = {
      componentKind: "Deployment",
      componentName: names[0] ?? currentName,
      ...(release === "1.4" && { componentNames: names, runtimeNamespace }),
      replicas: total(own, "replicas"),
      updatedReplicas: total(current, "updatedReplicas"),
      readyReplicas: total(own, "readyReplicas"),
      availableReplicas: total(own, "availableReplicas"),
    };
    if (!current.every(isDeploymentReady))
      waiting.push(`${currentName}: Component deployment not ready - Available condition not true`);
  }
  if (waiting.length === 0) {
    const message = "All resources are ready";
    return { state: "successful", reason: "all_resources_are_ready", message, services };
  }
  // Grove's resource is one for the whole graph.
  const isOfGrove = Object.values(services).some(({ componentKind }) =>
    componentKind.startsWith("PodClique"),
  );
  const resource = isOfGrove ? `${graph.metadata.name}: ` : "";
  const message = `Resources not ready: ${resource}${waiting.sort().join("; ")}`;
  return { state: "pending", reason: "some_resources_are_not_ready", message, services };
}

/** The outcome of a reconciliation that failed: 1.4 keeps what it last knew of the services, 0.8 forgets it. */
export function failure(graph: GraphResource, message: string, release: OperatorRelease): Outcome {
  const services = release === "1.4" ? graph.status?.services : undefined;
  return { state: "failed", reason: "failed_to_reconcile_the_resources", message, services };
}

/**
 * The graph's status after a reconciliation, or undefined where nothing of it changes.
 * `now`, in RFC 3339, becomes the time of a transition.
 */
export function nextStatus(
  { status: previous = {}, metadata }: GraphResource,
  { state, reason, message, services }: Outcome,
  rollingUpdate: RollingUpdate | undefined,
  release: OperatorRelease,
  now: string,
): GraphStatus | undefined {
  const status = state === "successful" ? "True" : "False";
  const before = previous.conditions?.find(({ type }) => type === "Ready");
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
  const observedGeneration = state === "failed" ? previous.observedGeneration : metadata.generation;
  const newer = { observedGeneration, rollingUpdate: rollingUpdate ?? previous.rollingUpdate };
  const next = {
    state,
    conditions: [{ type: "Ready", status, reason, message, lastTransitionTime }],
    services,
    ...(release === "1.4" && newer),
  };
  const given = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
  return isDeepStrictEqual(given, previous) ? undefined : (given as GraphStatus);
}
