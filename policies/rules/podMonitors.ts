import { workloadsOf } from "../../plan/gpus/workloads";
import { at, list, type Manifest, nameOf, record } from "../../plan/manifest";
import { stackRule } from "../rule";
import { selects } from "../selector";

export const podMonitors = stackRule({
  name: "pod-monitors",
  description: "Prometheus is told of every component of a graph, and of the members of NATS and etcd.",
  severity: "medium",
  level: "advisory",
  remedy: "Add a PodMonitor whose selector matches the component's pods.",
  check(objects, _, report) {
    const monitors = objects.filter(({ manifest }) => manifest.kind === "PodMonitor");
    for (const { manifest, urn } of objects)
      for (const { component, labels } of monitored(manifest))
        if (!monitors.some((monitor) => watches(monitor.manifest, manifest, labels)))
          report(`${nameOf(manifest)}: no PodMonitor selects the pods of ${component}`, urn);
  },
});

/** What should be scraped of an object, by the labels of its pods. The operator's labels are those of 0.8 and newer. */
function monitored(manifest: Manifest): { component: string; labels: Manifest }[] {
  if (manifest.kind === "StatefulSet") {
    const labels = record(at(manifest, "spec", "template", "metadata", "labels"));
    const server = ["nats", "etcd"].includes(String(labels["app.kubernetes.io/name"]));
    return server ? [{ component: String(at(manifest, "metadata", "name")), labels }] : [];
  }
  if (manifest.kind !== "DynamoGraphDeployment") return [];
  return workloadsOf(manifest).workloads.map(({ component, type }) => ({
    component,
    labels: { "nvidia.com/metrics-enabled": "true", "nvidia.com/dynamo-component-type": type },
  }));
}

function watches(monitor: Manifest, manifest: Manifest, labels: Manifest): boolean {
  const namespace = at(manifest, "metadata", "namespace");
  const namespaces = at(monitor, "spec", "namespaceSelector");
  const there =
    at(namespaces, "any") === true ||
    list(at(namespaces, "matchNames")).includes(namespace) ||
    (namespaces === undefined && at(monitor, "metadata", "namespace") === namespace);
  return there && selects(at(monitor, "spec", "selector"), labels);
}
