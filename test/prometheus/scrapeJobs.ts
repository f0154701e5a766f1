/**
 * What Prometheus scrapes, by PodMonitors. Its jobs are those that the Prometheus operator writes, so that series have
 * the labels of a cluster: https://github.com/prometheus-operator/prometheus-operator, pkg/prometheus/promcfg.go of
 * 0.93. Only discovery is by a file, in the place of the API server; its groups have the labels that discovery of the
 * role `pod` gives: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config.
 */
import type { V1Pod } from "@kubernetes/client-node";

/** A PodMonitor (monitoring.coreos.com/v1), as far as it is understood here. */
type Relabeling =
  | { readonly sourceLabels: string[]; readonly targetLabel: string }
  | { readonly sourceLabels: string[]; readonly regex: string; readonly action: string };

export interface PodMonitor {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly selector: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly { key: string; operator: string; values: string[] }[];
    };
    readonly podMetricsEndpoints: readonly {
      port: string;
      path?: string;
      relabelings?: readonly Relabeling[];
    }[];
  };
}

/**
 * The entry of `scrape_configs` for each endpoint of a PodMonitor.
 * @param file of {@link targetGroups}
 * @throws Error for a field that is not known here
 */
export function scrapeJobs({ metadata, spec }: PodMonitor, file: string): object[] {
  const { name, namespace } = metadata;
  const { selector, podMetricsEndpoints, ...others } = spec;
  for (const endpoint of podMetricsEndpoints) refuseUnknown(endpoint, ["port", "path", "relabelings"]);
  refuseUnknown(others, []);
  return podMetricsEndpoints.map(({ port, path = "/metrics", relabelings = [] }, index) => ({
    job_name: `podMonitor/${namespace}/${name}/${index}`,
    metrics_path: path,
    file_sd_configs: [{ files: [file] }],
    relabel_configs: [
      keep("namespace", namespace), // by the API server in a cluster
      { action: "drop", source_labels: [meta("phase")], regex: "(Failed|Succeeded)" },
      ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => keepLabelled(key, [value])),
      ...(selector.matchExpressions ?? []).map(({ key, operator, values }) => {
        if (operator !== "In") throw new Error(`${operator} in the selector of ${name} is not known here`);
        return keepLabelled(key, values);
      }),
      keep("container_port_name", port),
      copied(["__meta_kubernetes_namespace"], "namespace"),
      copied([meta("container_name")], "container"),
      copied([meta("name")], "pod"),
      { target_label: "job", replacement: `${namespace}/${name}` },
      { target_label: "endpoint", replacement: port },
      ...relabelings.map(({ sourceLabels, ...rest }) =>
        "targetLabel" in rest
          ? copied(sourceLabels, rest.targetLabel)
          : { source_labels: sourceLabels, ...rest },
      ),
    ],
  }));
}

/** What is left out in silence would give other labels than a cluster. */
function refuseUnknown(fields: object, known: readonly string[]): void {
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length > 0) throw new Error(`a PodMonitor's ${unknown.join(", ")} is not known here`);
}

export interface TargetGroup {
  /** `host:port` */
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What discovery says of pods: a group for each port of each container of each pod that has an address. */
export function targetGroups(pods: readonly V1Pod[]): TargetGroup[] {
  return pods.flatMap(({ metadata, spec, status }) => {
    if (!status?.podIP) return [];
    const labels = Object.entries(metadata?.labels ?? {}).flatMap(([key, value]) => [
      [labelled(key), value],
      [labelled(key, "labelpresent"), "true"],
    ]);
    return (spec?.containers ?? []).flatMap((container) =>
      (container.ports ?? []).map(({ name = "", containerPort }) => ({
        targets: [`${status.podIP}:${containerPort}`],
        labels: {
          ...Object.fromEntries(labels),
          __meta_kubernetes_namespace: metadata?.namespace ?? "",
          [meta("name")]: metadata?.name ?? "",
          [meta("phase")]: status.phase ?? "Running",
          [meta("container_name")]: container.name,
          [meta("container_port_name")]: name,
        },
      })),
    );
  });
}

const meta = (name: string) => `__meta_kubernetes_pod_${name}`;
const labelled = (key: string, kind = "label") => meta(`${kind}_${sanitized(key)}`);
const sanitized = (key: string) => key.replace(/\W/g, "_");

const copied = (source_labels: string[], target_label: string) => ({ source_labels, target_label });
const keep = (name: string, value: string) => ({
  action: "keep",
  source_labels: [name === "namespace" ? `__meta_kubernetes_${name}` : meta(name)],
  regex: value,
});
const keepLabelled = (key: string, values: readonly string[]) => ({
  action: "keep",
  source_labels: [labelled(key), labelled(key, "labelpresent")],
  regex: `(${values.join("|")});true`,
});
