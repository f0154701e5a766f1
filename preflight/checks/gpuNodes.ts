import { wholeGpu } from "../../config/accelerators";
import { own } from "../../config/own";
import { some } from "../../config/printable";
import { totalGpus } from "../../gpus/arithmetic";
import { at, text } from "../../gpus/manifest";
import { productLabels } from "../../gpus/products";
import { check, countOf, type Finding } from "../finding";
import { graphsOf, type NeededPods, type Needs, neededPods } from "../needs";
import { type Bears, gpusIn, type Place, unplaced } from "../placement";
import { providerOf } from "../provider";
import { amountsOf, minus, sum } from "../requests";
import { type ClusterNode, isUnread, type Snapshot, type Unread } from "../snapshot";

/** Labels that name a node's GPUs: of NVIDIA's feature discovery, and of clouds that do without it. */
const products = [...productLabels, "node.kubernetes.io/instance-type"];

/** Labels of nodes that have GPUs, whether or not a device plugin offers them. */
const signs = [
  "nvidia.com/gpu.present",
  "nvidia.com/gpu.product",
  "feature.node.kubernetes.io/pci-10de.present",
  "cloud.google.com/gke-accelerator",
  "eks.amazonaws.com/instance-gpu-name",
  "karpenter.k8s.aws/instance-gpu-name",
  "k8s.amazonaws.com/accelerator",
  "kubernetes.azure.com/accelerator",
];

const label = ({ metadata }: ClusterNode, keys: readonly string[]) =>
  keys.map((key) => metadata.labels?.[key]).find((value) => value !== undefined);

/** Whether the pods of the plan find nodes, and GPUs that are free. */
export function gpuNodes(needs: Needs, cluster: Snapshot): Finding[] {
  const { nodes } = cluster;
  if (isUnread(nodes)) return [check("nodes", "room").unknown(nodes.unread)];
  const pods = neededPods(needs).filter(
    ({ claimedAs, pod }) => claimedAs === undefined && at(pod, "resourceClaims") === undefined,
  );
  return [...devicePlugin(pods, nodes, cluster), room(pods, nodes, needs, cluster)];
}

function room(
  pods: readonly NeededPods[],
  nodes: readonly ClusterNode[],
  needs: Needs,
  cluster: Snapshot,
): Finding {
  const { passed, failed, unknown } = check("nodes", "room");
  const { autoscaler } = cluster;
  const places = placesOf(needs, nodes, cluster);
  if (isUnread(places)) return unknown(`what is free: ${places.unread}`);
  const without = unplaced(pods, places, bornIn(cluster));
  const podsOf = (all: readonly { readonly count: number }[]) =>
    countOf(
      all.reduce((sum, { count }) => sum + count, 0),
      "pod",
    );
  const gpus = totalGpus(pods.map(({ requests, count }) => gpusIn(requests) * count));
  const found = `${podsOf(pods)} with ${gpus} GPUs; ${inventory(places)}`;
  if (without.length === 0) return passed(found);
  const reasons = without.map(
    ({ pods: { object, component }, count, why }) => `${count} of ${object} ${component}: ${why}`,
  );
  const text = `${podsOf(without)} would wait: ${some(reasons)} (${found})`;
  if (isUnread(autoscaler) || autoscaler) return unknown(`${text}; an autoscaler may add nodes`);
  return failed(text, "lower replicas or gpus, change placement (dynamo:graphs), or add nodes");
}

/** The nodes that take pods, with what other pods than the plan's leave of them. */
export function placesOf(
  needs: Needs,
  nodes: readonly ClusterNode[],
  { requests }: Snapshot,
): readonly Place[] | Unread {
  if (isUnread(requests)) return requests;
  const own = graphsOf(needs);
  return nodes.filter(takesPods).map((node): Place => {
    const others = requests.filter(
      (one) => one.node === node.metadata.name && !own.has(`${one.namespace}/${one.graph}`),
    );
    const allocatable = amountsOf(node.status?.allocatable);
    return { node, allocatable, free: minus(allocatable, sum(others.map(({ amounts }) => amounts))) };
  });
}

/** Taints that pods bear in a cluster: GKE adds tolerations for those that are named after a resource that a pod asks for. */
export function bornIn(cluster: Snapshot): Bears {
  const isGke = providerOf(cluster) === "GKE";
  return ({ key }, { requests }) => isGke && own(requests, key) !== undefined;
}

/** Ready, and not cordoned. */
function takesPods({ spec, status }: ClusterNode): boolean {
  return (
    !spec?.unschedulable &&
    (status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True")
  );
}

/** "NVIDIA-H100-80GB-HBM3: 6 of 16 free on 2 nodes". */
function inventory(places: readonly Place[]): string {
  const byProduct = new Map<string, Place[]>();
  for (const place of places.filter(({ allocatable }) => gpusIn(allocatable) > 0)) {
    const product = label(place.node, products) ?? "GPUs of no known product";
    byProduct.set(product, [...(byProduct.get(product) ?? []), place]);
  }
  const total = (all: readonly Place[], part: "free" | "allocatable") =>
    totalGpus(all.map((place) => gpusIn(place[part])));
  const lines = [...byProduct].map(
    ([product, all]) =>
      `${product}: ${total(all, "free")} of ${total(all, "allocatable")} free on ${countOf(all.length, "node")}`,
  );
  return some(lines) || `no GPUs on ${countOf(places.length, "node")}`;
}

/** Whether nodes that have GPUs offer the ones that pods ask for. */
function devicePlugin(
  pods: readonly NeededPods[],
  nodes: readonly ClusterNode[],
  cluster: Snapshot,
): Finding[] {
  const kinds = new Set(
    pods.flatMap(({ requests }) => Object.keys(requests).filter((kind) => gpusIn({ [kind]: 1 }) > 0)),
  );
  return [...kinds].map((kind) => {
    const { passed, failed } = check("device plugin", kind);
    const offering = nodes.filter(({ status }) => (amountsOf(status?.allocatable)[kind] ?? 0) > 0);
    if (offering.length > 0) return passed(`${countOf(offering.length, "node")} offer it`);
    const marked = nodes.filter((node) => label(node, signs) !== undefined);
    const whole = nodes.some(({ status }) => (amountsOf(status?.allocatable)[wholeGpu] ?? 0) > 0);
    return failed(
      marked.length > 0
        ? `no node offers it, though ${countOf(marked.length, "node")} have GPUs (${text(label(marked[0] as ClusterNode, products)) || marked[0]?.metadata.name})`
        : "no node offers it",
      whole
        ? `nodes offer ${wholeGpu}: write that, or set the device plugin to divide GPUs`
        : (remedies[providerOf(cluster) ?? "other"] ?? ""),
    );
  });
}

const remedies: Readonly<Record<string, string>> = {
  OpenShift: "install the Node Feature Discovery and NVIDIA GPU operators, and make a ClusterPolicy",
  EKS: "add a node group with GPUs, and NVIDIA's device plugin or GPU operator",
  GKE: "add a node pool with accelerators: its device plugin comes with it (gpu-driver-version)",
  AKS: "add a node pool with GPUs, and NVIDIA's device plugin or GPU operator",
  other: "install NVIDIA's GPU operator or device plugin on the nodes with GPUs",
};
