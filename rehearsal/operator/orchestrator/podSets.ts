import { ApiException, type V1Pod } from "@kubernetes/client-node";
import { isOwn } from "../children";
import { type GraphResource, labels } from "../graphResource";
import { kinds, type OperatorApi } from "../operatorApi";
import { grove, lws } from "./place";
import { nextSteps } from "./steps";

/** The pods of a graph after a step towards those that it should have. */
export interface PodSets {
  readonly pods: readonly V1Pod[];
  /** Whether the API server refused any, as by a quota: it may take them later. */
  readonly isRefused: boolean;
}

/**
 * Makes the pods of a graph that are missing, and takes away those that it should no longer have. Of one that the API server
 * refuses there is an event, as the controllers in whose place this stands leave it.
 */
export async function syncPods(
  cluster: OperatorApi,
  graph: GraphResource,
  wanted: readonly V1Pod[],
): Promise<PodSets> {
  const { namespace, name } = graph.metadata;
  const labelled = await cluster.labelled<V1Pod>(kinds.pod, namespace, name);
  const found = labelled.filter((pod) => isOwn(graph, pod));
  const { remove, create } = nextSteps(found, wanted);
  for (const pod of remove) await cluster.remove(pod);
  const pods = found.filter((pod) => !remove.includes(pod));
  let isRefused = false;
  for (const pod of create) {
    try {
      pods.push(await cluster.create(pod));
    } catch (error) {
      if (!(error instanceof ApiException && [403, 409].includes(error.code))) throw error;
      isRefused = true;
      // One of an earlier graph of the same name goes first.
      if (error.code === 403) await cluster.apply(refusal(pod, messageOf(error)));
    }
  }
  return { pods, isRefused };
}

function messageOf({ body }: ApiException<unknown>): string {
  try {
    return JSON.parse(String(body)).message ?? String(body);
  } catch {
    return String(body);
  }
}

/** The event on what would have made a pod: its PodClique, or the StatefulSet of its LeaderWorkerSet. */
function refusal({ metadata }: V1Pod, message: string) {
  const { name, namespace = "", labels: given = {} } = metadata ?? {};
  const set = given[lws.name] ?? "";
  const ofGrove = given[grove.clique] !== undefined;
  const involved = ofGrove
    ? { apiVersion: "grove.io/v1alpha1", kind: "PodClique", name: given[grove.clique] }
    : { apiVersion: "apps/v1", kind: "StatefulSet", name: given[lws.workerIndex] === "0" ? set : `${set}-0` };
  const component = ofGrove ? "podclique-controller" : "statefulset-controller";
  const time = new Date().toISOString().replace(/\.\d+/, "");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${involved.name}.refused`,
      namespace,
      labels: { [labels.graph]: given[labels.graph] ?? "" },
    },
    involvedObject: { ...involved, namespace },
    type: "Warning",
    reason: ofGrove ? "PodCreateFailed" : "FailedCreate",
    message: ofGrove
      ? `Error creating pod : ${message}`
      : `create Pod ${name} in StatefulSet ${involved.name} failed error: ${message}`,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
  };
}
