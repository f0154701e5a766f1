import type { V1Deployment } from "@kubernetes/client-node";
import {
  annotations,
  type ComponentSpec,
  type GraphResource,
  isWorker,
  labels,
  type RollingUpdate,
  servicesOf,
  workerHash,
} from "./graphResource";
import { total } from "./status";

/**
 * A change of the workers' spec under way. Operator 1.4 makes it with Deployments of a new generation beside the old
 * ones, within the surge and unavailability that the component allows (25% each unless annotated).
 */
export interface Rollout {
  /** Replicas of the new Deployments, by component. */
  replicas: Record<string, number>;
  /** The old Deployments, and the replicas that each may keep. */
  old: { deployment: V1Deployment; replicas: number }[];
  status: RollingUpdate;
}

const wanted = (deployments: readonly V1Deployment[]): number =>
  deployments.reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);

const hashOf = ({ metadata }: V1Deployment): string | undefined => metadata?.labels?.[labels.workerHash];

function allowance(component: ComponentSpec, key: string, round: (share: number) => number): number {
  const value = component.annotations?.[key] ?? "25%";
  const number = Number.parseFloat(value);
  return value.endsWith("%") ? round(((component.replicas ?? 1) * number) / 100) : number;
}

/** Replicas that the old and the new generation of a component should have now. */
function targets(component: ComponentSpec, old: readonly V1Deployment[], fresh: readonly V1Deployment[]) {
  const desired = component.replicas ?? 1;
  const recreate = component.annotations?.[annotations.strategy] === "Recreate";
  const unavailable = recreate ? desired : allowance(component, annotations.maxUnavailable, Math.floor);
  const surge = recreate
    ? 0
    : Math.max(allowance(component, annotations.maxSurge, Math.ceil), unavailable === 0 ? 1 : 0);
  const needed = desired - unavailable;
  const [available, availableOld] = [total(fresh, "availableReplicas"), total(old, "availableReplicas")];
  const idle = Math.max(0, wanted(old) - availableOld);
  const spare = Math.max(0, availableOld + available - needed);
  const removable = Math.max(0, wanted(old) + available - needed);
  const room = Math.max(0, desired + surge - wanted(old) - wanted(fresh));
  return { drop: Math.min(removable, idle + spare), fresh: Math.min(desired, wanted(fresh) + room) };
}

/**
 * The rollout that a 1.4 graph is in, by its Deployments; undefined while its workers are of the generation that its
 * annotation names. `now`, in RFC 3339, becomes its start or end.
 */
export function rollout(
  graph: GraphResource,
  deployments: readonly V1Deployment[],
  now: string,
): Rollout | undefined {
  const hash = workerHash(graph);
  if ([hash, undefined].includes(graph.metadata.annotations?.[annotations.workerHash])) return undefined;
  const workers = servicesOf(graph).filter(([, component]) => isWorker(component));
  const before = graph.status?.rollingUpdate;
  const startTime = before?.phase === "InProgress" ? before.startTime : now;
  const status: RollingUpdate = { phase: "InProgress", startTime, updatedServices: [] };
  const result: Rollout = { replicas: {}, old: [], status };
  for (const [name, component] of workers) {
    const own = deployments.filter(({ metadata }) => metadata?.labels?.[labels.component] === name);
    const fresh = own.filter((deployment) => hashOf(deployment) === hash);
    const old = own.filter((deployment) => !fresh.includes(deployment));
    const target = targets(component, old, fresh);
    result.replicas[name] = target.fresh;
    for (const deployment of old) {
      const replicas = Math.max(0, wanted([deployment]) - target.drop);
      target.drop -= wanted([deployment]) - replicas;
      result.old.push({ deployment, replicas });
    }
    const ready = total(fresh, "readyReplicas") >= (component.replicas ?? 1);
    if (ready && total(old, "readyReplicas") === 0) status.updatedServices.push(name);
  }
  if (status.updatedServices.length < workers.length) return result;
  return { ...result, status: { ...status, phase: "Completed", endTime: now } };
}
