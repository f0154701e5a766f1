import { at, list, type Manifest, nameOf, notKnown, record, text } from "../../gpus/manifest";
import { couldBe, selects } from "../../gpus/selector";
import { workloadsOf } from "../../gpus/workloads";
import { graphLabel } from "../../plan/graph/labels";
import { stackRule } from "../rule";

export const podMonitors = stackRule({
  name: "pod-monitors",
  description: "Prometheus scrapes every component of a graph, and the members of NATS and etcd.",
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

/** Pods of an object that should be scraped, by their labels. The operator's labels are those of 0.8 and newer. */
function monitored(manifest: Manifest): { component: string; labels: Manifest }[] {
  if (manifest.kind === "StatefulSet") {
    const labels = record(at(manifest, "spec", "template", "metadata", "labels"));
    const component = text(labels["app.kubernetes.io/name"]);
    return ["nats", "etcd"].includes(component) ? [{ component, labels }] : [];
  }
  const metrics = at(manifest, "metadata", "annotations", "nvidia.com/enable-metrics");
  if (manifest.kind !== "DynamoGraphDeployment" || couldBe(metrics, "false")) return [];
  return workloadsOf(manifest).workloads.map(({ component, type }) => ({
    component,
    labels: {
      "nvidia.com/metrics-enabled": "true",
      [graphLabel]: at(manifest, "metadata", "name"),
      "nvidia.com/dynamo-component": component,
      "nvidia.com/dynamo-component-type": type ?? notKnown,
    },
  }));
}

function watches(monitor: Manifest, manifest: Manifest, labels: Manifest): boolean {
  const namespaces = at(monitor, "spec", "namespaceSelector");
  const names = at(namespaces, "matchNames") ?? [];
  const own = at(monitor, "metadata", "namespace");
  const there =
    couldBe(at(namespaces, "any"), true) ||
    names === notKnown ||
    (list(names).length > 0 ? list(names) : [own]).some((name) =>
      couldBe(name, at(manifest, "metadata", "namespace")),
    );
  return there && selects(at(monitor, "spec", "selector"), labels);
}
