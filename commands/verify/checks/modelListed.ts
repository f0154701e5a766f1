/** Whether every frontend lists what its graph serves, and if not, whether that is discovery's fault or a model loads. */

import { some } from "../../../config/printable";
import { at, record, text } from "../../../gpus/manifest";
import { componentTypeLabel, graphLabel } from "../../../plan/graph/labels";
import type { DeclaredGraph } from "../declared";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import {
  graphPods,
  isPodReady,
  isWorkerPod,
  loadingFor,
  podComponent,
  podName,
  waitingPods,
} from "../graphPods";
import { Unread } from "../reading";
import { dynamoNamespaces, instancesIn, registrations } from "./workersRegistered";

export function modelListed(graph: DeclaredGraph, evidence: Evidence): Finding {
  const { passed, waiting } = check("model listed", graph.name);
  const frontends = evidence.frontends.get(graph.service) ?? [];
  if (frontends.length === 0)
    return waiting(
      `no frontend answers behind Service ${graph.namespace}/${graph.service}`,
      "see graph Ready: without a frontend nothing answers",
    );
  const wanted = modelsOf(graph, evidence);
  const silent = frontends.flatMap(({ pod, models }) =>
    models instanceof Unread ? [{ pod, reason: models.reason }] : [],
  );
  const lagging = frontends.flatMap(({ pod, models }) => {
    if (models instanceof Unread) return [];
    const missing = wanted.filter((model) => !models.includes(model));
    return missing.length > 0 ? [{ pod, models, missing }] : [];
  });
  const [first] = lagging;
  if (!first) {
    if (silent[0])
      return waiting(
        silent.map(({ reason }) => reason).join("; "),
        `look at the frontend's log: kubectl --namespace ${graph.namespace} logs ${silent[0].pod}`,
      );
    return passed(`${wanted.join(", ")} by ${countOf(frontends.length, "frontend")}`);
  }
  const others = first.models.length > 0 ? `, but ${some(first.models)}` : "";
  const missing = `${lagging.map(({ pod }) => `frontend ${pod}`).join(", ")} ${lagging.length === 1 ? "lists" : "list"} no ${first.missing.join(", ")}${others}`;
  const isOneOfMany = lagging.length < frontends.length;
  const { cause, remedy } = causeOf(graph, evidence, first, isOneOfMany);
  return waiting(`${cause}: ${missing}`, remedy);
}

/** A graph's model, and its LoRA adapters. */
function modelsOf(graph: DeclaredGraph, { cluster: { models } }: Evidence): string[] {
  if (models instanceof Unread) return [graph.model];
  const loras = models.filter((model) =>
    text(at(model, "metadata", "name")).startsWith(`${graph.deployment}-`),
  );
  const names = loras
    .map((model) => record(at(model, "spec")))
    .filter(({ baseModelName }) => baseModelName === graph.model);
  return [graph.model, ...names.map(({ modelName }) => text(modelName))];
}

export function isListed(graph: DeclaredGraph, evidence: Evidence): boolean {
  const wanted = modelsOf(graph, evidence);
  const frontends = evidence.frontends.get(graph.service) ?? [];
  return (
    frontends.length > 0 &&
    frontends.every(
      ({ models }) => !(models instanceof Unread) && wanted.every((model) => models.includes(model)),
    )
  );
}

interface Lagging {
  readonly pod: string;
  readonly models: readonly string[];
  readonly missing: readonly string[];
}

function causeOf(graph: DeclaredGraph, evidence: Evidence, lagging: Lagging, isOneOfMany: boolean) {
  const { cluster, stack, at: now } = evidence;
  const workers = graphPods(graph, cluster).filter(isWorkerPod);
  const ready = workers.filter(isPodReady);
  const select = `--namespace ${graph.namespace} --selector ${graphLabel}=${graph.deployment}`;
  const restart = `kubectl delete pods ${select},${componentTypeLabel}=frontend`;
  if (workers.length === 0)
    return { cause: "the graph has no worker", remedy: "see graph Ready: the operator has made no pods" };
  // It takes a worker of each component: prefill alone, or decode alone, serves nothing.
  const lacking = workers.filter(
    (worker) => !ready.some((other) => podComponent(other) === podComponent(worker)),
  );
  const loading = lacking.find((pod) => loadingFor(pod, now));
  if (loading)
    return {
      cause: `the model is loading (pod ${podName(loading)} ${loadingFor(loading, now)})`,
      remedy: `wait: a model takes minutes to load; its log shows how far it is: kubectl --namespace ${graph.namespace} logs ${podName(loading)}`,
    };
  if (lacking.length > 0)
    return {
      cause: `no worker runs (${waitingPods(lacking, cluster, now)[0]})`,
      remedy: `mend what it waits for: kubectl describe pods ${select}`,
    };
  if (lagging.models.includes(graph.model))
    return {
      cause: "a LoRA adapter is not loaded",
      remedy: `look at its DynamoModel: kubectl --namespace ${graph.namespace} describe dynamomodels`,
    };
  const ofOthers = stack.graphs.filter(({ service }) => service === graph.service).map(({ model }) => model);
  if (lagging.models.some((model) => !ofOthers.includes(model)))
    return {
      cause: "the workers serve another model",
      remedy: "look at their arguments (--model, --served-model-name) and at the graph's transform",
    };
  if (registeredWorkers(graph, evidence) === 0)
    return {
      cause: `discovery: ${countOf(ready.length, "worker")} Ready, none registered`,
      remedy: `see workers registered: look at the workers' logs: kubectl logs ${select},${componentTypeLabel}!=frontend`,
    };
  if (isOneOfMany)
    return {
      cause: "discovery: one frontend lags behind the others",
      remedy: `wait 15 s; if it stays so, delete pod ${lagging.pod}: another takes its place`,
    };
  return {
    cause: `discovery: ${countOf(ready.length, "worker")} Ready and registered, and the frontend does not see them`,
    remedy:
      stack.runtime.workersRegisterIn === "DynamoWorkerMetadata"
        ? `likely the frontend may not read EndpointSlices and DynamoWorkerMetadata, or is of another mode (see discovery mode): look at its log, then start it anew: ${restart}`
        : `likely the frontend has lost etcd, or is of another mode (see discovery mode): look at its log, then start it anew: ${restart}`,
  };
}

/** undefined where it can't be known. */
function registeredWorkers(graph: DeclaredGraph, { cluster, stack, etcd }: Evidence): number | undefined {
  if (stack.runtime.workersRegisterIn === "DynamoWorkerMetadata") {
    const found = registrations(graph, cluster);
    return found instanceof Unread ? undefined : found.registered.length;
  }
  if (etcd === undefined || etcd instanceof Unread || etcd.keys instanceof Unread) return undefined;
  return instancesIn(etcd.keys, dynamoNamespaces(graph, cluster)).size;
}
