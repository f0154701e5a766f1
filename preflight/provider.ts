import { isUnread, type Snapshot } from "./snapshot";

export type Provider = "OpenShift" | "EKS" | "GKE" | "AKS";

/** Labels that each puts on its nodes. */
const labels: readonly (readonly [Provider, RegExp])[] = [
  ["EKS", /^eks\.amazonaws\.com\//],
  ["GKE", /^cloud\.google\.com\/gke-/],
  ["AKS", /^kubernetes\.azure\.com\//],
];

/** Who runs a cluster, as far as its objects tell. */
export function providerOf({ apis, nodes }: Snapshot): Provider | undefined {
  if (!isUnread(apis) && apis.some(({ group }) => group === "config.openshift.io")) return "OpenShift";
  const keys = isUnread(nodes) ? [] : nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}));
  return labels.find(([, label]) => keys.some((key) => label.test(key)))?.[0];
}
