/** What the harmless stacks are made of. */
import { component, frontend, graph, newGraph, object } from "../objects";

export type Harmless = readonly [
  stack: string,
  objects: readonly object[],
  settings?: Readonly<Record<string, object>>,
];

type Part = Readonly<Record<string, unknown>>;

const byKubernetes = { annotations: { "nvidia.com/dynamo-discovery-backend": "kubernetes" } };

/** A graph, with a frontend, that says how it discovers. */
export const ours = (services: Part, spec: Part = {}) =>
  graph({ Frontend: frontend, ...services }, spec, byKubernetes);
export const ourNew = (...components: Part[]) =>
  newGraph([component("Frontend", "frontend"), ...components], {}, byKubernetes);

export const autoscaler = (kind: string, name: string, maxReplicas: number) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "load", {
    spec: { scaleTargetRef: { kind, name }, maxReplicas },
  });
