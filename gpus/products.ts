/** The kinds of GPU that pods choose by labels of nodes. */
import { at, list, notKnown, text } from "./manifest";
import { partsOf } from "./parts";

/** Labels by which pods ask for nodes of one kind of GPU: of NVIDIA's feature discovery, GKE, EKS and Karpenter. */
export const productLabels = [
  "nvidia.com/gpu.product",
  "cloud.google.com/gke-accelerator",
  "eks.amazonaws.com/instance-gpu-name",
  "karpenter.k8s.aws/instance-gpu-name",
  "k8s.amazonaws.com/accelerator",
];

/** Products that a pod may run on, by its node selector or by what its affinity requires; none where it may run on any. */
export function productsOf(
  pod: unknown,
  labels: readonly string[] = productLabels,
): readonly string[] | typeof notKnown {
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const selector = at(pod, "nodeSelector");
  const affinity = at(pod, "affinity", "nodeAffinity", required, "nodeSelectorTerms");
  const parts = [selector, affinity, ...partsOf([selector, affinity]).map(({ value }) => value)];
  if (parts.includes(notKnown)) return notKnown;
  const selected = labels.map((label) => text(at(selector, label))).filter((product) => product !== "");
  const terms = list(affinity).map((term) => productsOfTerm(term, labels));
  // A node need only meet one of the terms.
  const isOpen = selected.length === 0 && terms.some((products) => products.length === 0);
  return isOpen ? [] : [...selected, ...terms.flat()];
}

function productsOfTerm(term: unknown, labels: readonly string[]): string[] {
  return list(at(term, "matchExpressions"))
    .filter((one) => labels.includes(text(at(one, "key"))) && at(one, "operator") === "In")
    .flatMap((one) => list(at(one, "values")).map(text));
}
