/** Whether a Prometheus of the cluster selects the stack's PodMonitors: without that there is nothing to see and no alert. */
import { at, type Manifest, record, text } from "../../../gpus/manifest";
import { takes } from "../../../preflight/prometheus";
import type { Evidence } from "../evidence";
import { check, countOf, type Finding } from "../finding";
import { Unread } from "../reading";

export function podMonitorsSelected({ cluster }: Evidence): Finding {
  const { passed, skipped, failed } = check("PodMonitors", "monitoring");
  const { podMonitors: monitors, prometheuses, namespaces } = cluster;
  for (const part of [monitors, prometheuses])
    if (part instanceof Unread)
      return skipped(
        part.isMissing
          ? "the cluster has no Prometheus operator (CRD prometheuses.monitoring.coreos.com)"
          : part.reason,
      );
  const own = monitors as readonly Manifest[];
  const all = prometheuses as readonly Manifest[];
  if (own.length === 0)
    return skipped("the stack has none: dynamo:monitoring.podMonitors leaves them to the platform");
  if (all.length === 0)
    return failed(
      "the cluster has no Prometheus to select them",
      "install kube-prometheus-stack, or make an object of kind Prometheus",
    );
  const labels = new Map<string, Manifest>(
    namespaces instanceof Unread
      ? []
      : namespaces.map(({ metadata }) => [metadata?.name ?? "", record(metadata?.labels)]),
  );
  const missed = own.filter(
    (monitor) => !all.some((prometheus) => takes(prometheus, monitor, (name) => labels.get(name) ?? {})),
  );
  const names = all.map(pathOf).join(", ");
  if (missed.length === 0) return passed(`${countOf(own.length, "PodMonitor")} selected by ${names}`);
  const selectors = all.map((prometheus) =>
    JSON.stringify(at(prometheus, "spec", "podMonitorSelector") ?? null),
  );
  return failed(
    `no Prometheus selects ${missed.map(pathOf).join(", ")} (label release: ${text(at(missed[0], "metadata", "labels", "release")) || "none"}; ${names} selects ${selectors.join(" or ")} and looks at the namespaces that its podMonitorNamespaceSelector names)`,
    "set dynamo:monitoring.release to the Helm release of kube-prometheus-stack, whose label its Prometheus selects by, and run `pulumi up`",
  );
}

const pathOf = (object: Manifest) =>
  `${at(object, "metadata", "namespace")}/${at(object, "metadata", "name")}`;
