/** Labels that Dynamo's operator gives the pods of a graph (0.7 to 1.6). */

/** Name of the DynamoGraphDeployment. */
export const graphLabel = "nvidia.com/dynamo-graph-deployment-name";
/** Name of the component in the graph. */
export const componentLabel = "nvidia.com/dynamo-component";
/** frontend, worker, prefill, decode, … */
export const componentTypeLabel = "nvidia.com/dynamo-component-type";
/** worker, of all kinds of workers of a graph with an Endpoint Picker (1.3 and newer). */
export const componentClassLabel = "nvidia.com/dynamo-component-class";

/**
 * How pods of a worker of several nodes that serve nothing are known: followers carry the labels of workers, metrics among
 * them. Grove names their clique `…-wkr` in the scaling group that each such worker is (recorded with v0.1.0-alpha.12-rc1);
 * LeaderWorkerSet counts a group's pods from its leader, 0, on.
 */
export const followers = {
  groveLabels: ["grove.io/podcliquescalinggroup", "grove.io/podclique"],
  /** Of both labels' values with a semicolon between, as Prometheus joins them. */
  grovePattern: ".+;.+-wkr(-[0-9]+)?",
  indexLabel: "leaderworkerset.sigs.k8s.io/worker-index",
  indexPattern: "[1-9][0-9]*",
} as const;

/** Whether a pod with these labels is a follower. */
export function isFollower(labels: Readonly<Record<string, string>> = {}): boolean {
  const { groveLabels, grovePattern, indexLabel, indexPattern } = followers;
  const inGrove = groveLabels.map((label) => labels[label] ?? "").join(";");
  return (
    new RegExp(`^(?:${grovePattern})$`).test(inGrove) ||
    new RegExp(`^(?:${indexPattern})$`).test(labels[indexLabel] ?? "")
  );
}

/** Names the worker of several nodes that a pod with these labels is of, apart from all others; undefined of any other pod. */
export function wideWorkerOf(labels: Readonly<Record<string, string>> = {}): string | undefined {
  const { groveLabels, indexLabel } = followers;
  const group = labels[groveLabels[0]];
  if (group !== undefined) return `${group}-${labels["grove.io/podcliquescalinggroup-replica-index"]}`;
  if (labels[indexLabel] === undefined) return undefined;
  const prefix = "leaderworkerset.sigs.k8s.io";
  return `${labels[`${prefix}/name`]}-${labels[`${prefix}/group-index`]}`;
}
