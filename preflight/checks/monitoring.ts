import { some } from "../../config/printable";
import { at, text } from "../../gpus/manifest";
import { check, countOf, type Finding } from "../finding";
import { labelsOfNamespace, type Needs, objectsOf, pathOf } from "../needs";
import { takes } from "../prometheus";
import { isUnread, type Snapshot, servedVersions } from "../snapshot";

/** Whether a Prometheus of the cluster takes the stack's PodMonitors and its rules. */
export function monitoring(needs: Needs, cluster: Snapshot): Finding[] {
  return ["PodMonitor", "PrometheusRule"].flatMap((kind) => {
    const objects = objectsOf(needs, kind);
    return objects.length === 0 ? [] : [taken(kind, objects, needs, cluster)];
  });
}

function taken(kind: string, objects: readonly unknown[], needs: Needs, cluster: Snapshot): Finding {
  const { prometheuses, namespaces } = cluster;
  const { passed, failed, unknown } = check("Prometheus", `${kind}s`);
  if (isUnread(prometheuses)) return unknown(prometheuses.unread);
  const versions = servedVersions(cluster, "monitoring.coreos.com", "Prometheus");
  if (!isUnread(versions) && versions.length === 0)
    return failed("the cluster has no Prometheus operator", "install kube-prometheus-stack");
  if (prometheuses.length === 0)
    return failed(
      "there is no Prometheus to take them",
      "install kube-prometheus-stack, or make an object of kind Prometheus",
    );
  const known = new Map(
    isUnread(namespaces) ? [] : namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
  const labelsOf = (name: string) => ({ ...labelsOfNamespace(needs, name), ...known.get(name) });
  const missed = objects.filter((object) => !prometheuses.some((one) => takes(one, object, labelsOf)));
  const names = some(prometheuses.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  if (missed.length === 0) return passed(`${countOf(objects.length, "object")} taken by ${names}`);
  const selectors = prometheuses.map(({ spec }) =>
    kind === "PodMonitor"
      ? `${JSON.stringify(spec?.podMonitorSelector ?? null)} in namespaces ${JSON.stringify(spec?.podMonitorNamespaceSelector ?? null)}`
      : `${JSON.stringify(spec?.ruleSelector ?? null)} in namespaces ${JSON.stringify(spec?.ruleNamespaceSelector ?? null)}`,
  );
  const release = text(at(missed[0], "metadata", "labels", "release")) || "none";
  return failed(
    `no Prometheus takes ${some(missed.map(pathOf))} (label release: ${release}; ${names} selects ${some(selectors)})`,
    "set dynamo:monitoring.release to the Helm release whose label its Prometheus selects by, or let the Prometheus look at these namespaces",
  );
}
