/** What a change does to the graphs that run: which pods are started anew, and in which way. */
import { isDeepStrictEqual } from "node:util";
import { own } from "../../config/own";
import { totalGpus } from "../../gpus/arithmetic";
import { kindOf } from "../../gpus/kinds";
import { at, record, text } from "../../gpus/manifest";
import { podGpus } from "../../gpus/podGpus";
import { workloadsOf } from "../../gpus/workloads";
import { fieldsOf } from "../../plan/graph/graphFields";
import type { DeployedGraph, SwitchoverPlan } from "../../plan/switchover";

export interface Change<T> {
  readonly from: T;
  readonly to: T;
}

/** What happens to a graph: it is made, it goes, another is made beside it or after it has gone, or its operator changes it. */
export type Way = "new" | "goes" | "beside" | "recreated" | "in place";

/** Pods of a component, and the GPUs that they hold. */
export interface StartedPods {
  readonly component: string;
  readonly pods: number;
  readonly gpus: number;
}

export interface GraphEffect {
  readonly graph: string;
  readonly way: Way;
  /** Pods that are started: all of what is made, and those that roll of what is changed in place. */
  readonly starts: readonly StartedPods[];
  /** Components that get other replicas, and whose other pods stay. */
  readonly scales: readonly (Change<number> & { readonly component: string })[];
  readonly model?: Change<string> | undefined;
  readonly runtime?: Change<string> | undefined;
}

/** Graphs by name, as stacks tell them in their outputs. */
type Graphs = Readonly<Record<string, Pick<DeployedGraph, "deployment" | "source" | "runtime">>>;

/** What a stack will have, and how it replaces graphs. */
interface Planned {
  readonly outputs: { readonly graphs: Graphs };
  readonly switchover: Pick<SwitchoverPlan, "kind"> | undefined;
}

/** Objects of a preview, or of an earlier one. */
type Objects = readonly unknown[];

/**
 * Effects on the graphs of a stack that change at all.
 * @param rollTogether whether a change of any worker rolls all workers of its graph
 */
export function graphEffects(
  { outputs, switchover }: Planned,
  objects: Objects,
  before: { readonly outputs?: { readonly graphs: Graphs } | undefined } | undefined,
  objectsBefore: Objects,
  rollTogether: boolean,
): GraphEffect[] {
  const [now, then] = [outputs.graphs, before?.outputs?.graphs ?? {}];
  const graphs = [...new Set([...Object.keys(then), ...Object.keys(now)])];
  return graphs.flatMap((graph): GraphEffect[] => {
    const [is, was] = [own(now, graph), own(then, graph)];
    const made = is && deploymentIn(objects, is.deployment);
    const old = was && deploymentIn(objectsBefore, was.deployment);
    const changes = {
      graph,
      scales: [],
      model: changeOf(was?.source, is?.source),
      runtime: changeOf(was?.runtime, is?.runtime),
    };
    if (is === undefined || made === undefined) return [{ ...changes, way: "goes", starts: [] }];
    const starts = startedPods(made);
    if (was === undefined || old === undefined) return [{ ...changes, way: "new", starts }];
    if (is.deployment !== was.deployment)
      return [{ ...changes, way: switchover?.kind === "recreate" ? "recreated" : "beside", starts }];
    const rolled = rolledComponents(old, made, rollTogether);
    const effect: GraphEffect = {
      ...changes,
      way: "in place",
      starts: starts.filter(({ component }) => rolled.has(component)),
      scales: scaled(old, made, rolled),
    };
    return isDeepStrictEqual(at(old, "spec"), at(made, "spec")) ? [] : [effect];
  });
}

function deploymentIn(objects: Objects, name: string): unknown {
  return objects.find(
    (object) => kindOf(object) === "DynamoGraphDeployment" && text(at(object, "metadata", "name")) === name,
  );
}

const changeOf = (from: string | undefined, to: string | undefined): Change<string> | undefined =>
  from === undefined || to === undefined || from === to ? undefined : { from, to };

/** All pods of a graph, by its components. */
export function startedPods(graph: unknown): StartedPods[] {
  return workloadsOf(graph).workloads.map(({ component, pod, replicas, nodes }) => ({
    component,
    pods: replicas * nodes,
    gpus: totalGpus(Object.values(podGpus(pod).byKind)) * replicas * nodes,
  }));
}

/** Components whose pods are other than before, in more than their number. */
function rolledComponents(old: unknown, made: unknown, rollTogether: boolean): Set<string> {
  const [before, after] = [fieldsOf(old).components, fieldsOf(made).components];
  const isShared = !isDeepStrictEqual(sharedOf(old), sharedOf(made));
  const names = Object.keys(after);
  const changed = names.filter(
    (name) =>
      isShared ||
      !isDeepStrictEqual(podPart(own(before, name)?.manifest), podPart(own(after, name)?.manifest)),
  );
  const isWorker = (name: string) => !["frontend", "epp", "planner"].includes(after[name]?.type ?? "");
  return new Set(rollTogether && changed.some(isWorker) ? [...changed, ...names.filter(isWorker)] : changed);
}

/** A component without what changes no pod. */
function podPart(component: unknown): unknown {
  const { replicas: _, scalingAdapter: __, minAvailable: ___, ...rest } = record(component);
  return rest;
}

/** What all components of a graph share. */
function sharedOf(graph: unknown): unknown {
  const { services: _, components: __, ...rest } = record(at(graph, "spec"));
  return rest;
}

function scaled(old: unknown, made: unknown, rolled: ReadonlySet<string>): GraphEffect["scales"] {
  const [before, after] = [fieldsOf(old).components, fieldsOf(made).components];
  return Object.entries(after).flatMap(([component, { replicas: to }]) => {
    const from = own(before, component)?.replicas;
    return rolled.has(component) || from === undefined || to === undefined || from === to
      ? []
      : [{ component, from, to }];
  });
}
