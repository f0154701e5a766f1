/** Labels by which the pods that an orchestrator has made are told apart. */
import { createHash } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import { labels } from "../graphResource";

export const grove = {
  clique: "grove.io/podclique",
  podIndex: "grove.io/podclique-pod-index",
  group: "grove.io/podcliquescalinggroup",
  groupIndex: "grove.io/podcliquescalinggroup-replica-index",
  setIndex: "grove.io/podcliqueset-replica-index",
  gang: "grove.io/podgang",
  baseGang: "grove.io/base-podgang",
  revision: "grove.io/pod-template-hash",
} as const;

/** LeaderWorkerSet's labels, and the operator's own `instance-id`: it makes a set of one group for each replica. */
export const lws = {
  name: "leaderworkerset.sigs.k8s.io/name",
  groupIndex: "leaderworkerset.sigs.k8s.io/group-index",
  workerIndex: "leaderworkerset.sigs.k8s.io/worker-index",
  revision: "leaderworkerset.sigs.k8s.io/template-revision-hash",
  size: "leaderworkerset.sigs.k8s.io/size",
  leader: "leaderworkerset.sigs.k8s.io/leader-name",
  instance: "instance-id",
} as const;

/** The place that a pod takes in its graph. */
export interface PodPlace {
  readonly component: string;
  /** Number of the component's replica that it is of. */
  readonly replica: number;
  /** Tells the places of a graph apart. */
  readonly key: string;
  /** Changes with the pod's template. */
  readonly revision: string;
}

export function placeOf({ metadata }: V1Pod): PodPlace {
  const given = metadata?.labels ?? {};
  const component = given[labels.component] ?? "";
  const replica = Number(given[grove.groupIndex] ?? given[lws.instance] ?? given[grove.podIndex] ?? 0);
  const within = given[lws.workerIndex] ?? `${given[grove.clique]} ${given[grove.podIndex]}`;
  const revision = given[grove.revision] ?? given[lws.revision] ?? "";
  return { component, replica, key: `${component} ${replica} ${within}`, revision };
}

/** A revision for the label of a pod's template. */
export const revisionOf = (template: object): string =>
  createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 20);

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
