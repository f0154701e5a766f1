import { at, type Manifest, record, text } from "../gpus/manifest";
import { selects } from "../gpus/selector";

const selectors = {
  PodMonitor: ["podMonitorSelector", "podMonitorNamespaceSelector"],
  PrometheusRule: ["ruleSelector", "ruleNamespaceSelector"],
} as const;

/**
 * Whether a Prometheus takes a PodMonitor or PrometheusRule, as prometheus-operator selects: no selector takes nothing, and no
 * namespace selector the Prometheus' own namespace.
 * @param labelsOf labels of a namespace
 */
export function takes(
  prometheus: unknown,
  object: unknown,
  labelsOf: (namespace: string) => Manifest,
): boolean {
  const kind = at(object, "kind") === "PrometheusRule" ? "PrometheusRule" : "PodMonitor";
  const [ofObjects, ofNamespaces] = selectors[kind].map((selector) => at(prometheus, "spec", selector));
  const namespace = text(at(object, "metadata", "namespace"));
  const isInReach =
    (ofNamespaces ?? undefined) === undefined
      ? namespace === at(prometheus, "metadata", "namespace")
      : selects(ofNamespaces, labelsOf(namespace));
  return isInReach && ofObjects !== null && selects(ofObjects, record(at(object, "metadata", "labels")));
}
