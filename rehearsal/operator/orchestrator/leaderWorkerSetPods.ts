import type { V1Pod } from "@kubernetes/client-node";
import { childMetadata } from "../access";
import {
  type ComponentSpec,
  componentDeployment,
  type GraphResource,
  labels,
  nodesOf,
  type StringMap,
} from "../graphResource";
import { metadataOf } from "../metadata";
import { mainEdited, nodePodSpec, type OrchestratedOptions } from "./nodePod";
import { lws, range, revisionOf } from "./place";

/** Name of the LeaderWorkerSet of a component's replica. */
export const leaderWorkerSetName = (
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  { release }: OrchestratedOptions,
  replica: number,
): string => `${componentDeployment(graph, name, component, release)}-${replica}`;

/**
 * The pods of a component that LeaderWorkerSet makes: of each replica a set of one group, which the operator asked for before
 * it left replicas to the set. Learnt from the operator's `generateLeaderWorkerSet`, and from LeaderWorkerSet's documentation
 * of labels and variables; no cluster with it was recorded. Other than the real ones they name no scheduler: that would be
 * Volcano, which places a group whole or not at all.
 */
export function leaderWorkerSetPods(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  options: OrchestratedOptions,
): V1Pod[] {
  const { release } = options;
  const nodes = nodesOf(component);
  const { noted, pods } = metadataOf(graph, name, component, { release, selector: "" });
  const { [labels.selector]: _, ...own } = pods.labels;
  const specs = (["leader", "follower"] as const).map((role) =>
    nodePodSpec(graph, component, { orchestrator: "leaderworkerset", name, role, noted }, options),
  );
  const revision = revisionOf([specs, own, pods.annotations]);
  return range(component.replicas ?? 1).flatMap((replica) => {
    const set = leaderWorkerSetName(graph, name, component, options, replica);
    const leader = `${set}-0`;
    return range(nodes).map((index): V1Pod => {
      const [ofLeader, ofFollower] = specs;
      const spec = (index === 0 ? ofLeader : ofFollower) ?? { containers: [] };
      const podLabels: StringMap = {
        ...own,
        role: index === 0 ? "leader" : "worker",
        [lws.instance]: String(replica),
        [lws.name]: set,
        [lws.groupIndex]: "0",
        [lws.workerIndex]: String(index),
        [lws.revision]: revision,
      };
      const podAnnotations: StringMap = {
        ...pods.annotations,
        "scheduling.k8s.io/group-name": set,
        [lws.size]: String(nodes),
        ...(index > 0 && { [lws.leader]: leader }),
      };
      const variables: StringMap = {
        LWS_LEADER_ADDRESS: `${leader}.${set}.${graph.metadata.namespace}`,
        LWS_GROUP_SIZE: String(nodes),
        LWS_WORKER_INDEX: String(index),
      };
      return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: childMetadata(graph, index === 0 ? leader : `${leader}-${index}`, {
          labels: podLabels,
          annotations: podAnnotations,
        }),
        spec: {
          ...mainEdited(spec, (main) => ({
            ...main,
            env: [
              ...Object.entries(variables).map(([name, value]) => ({ name, value })),
              ...(main.env ?? []),
            ],
          })),
          hostname: index === 0 ? leader : `${leader}-${index}`,
          subdomain: set,
        },
      };
    });
  });
}
