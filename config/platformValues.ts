/** The values of the platform's chart: what the program decides, and what a stack adds. */
import { own } from "./own";
import type { PlatformConfig } from "./platform";
import type { PlatformChart, ValuesByPath } from "./runtime/platformCharts";

/** Values of a chart, as Helm takes them. */
export type ChartValues = { readonly [key: string]: unknown };

/** The settings that decide values. */
export interface DecidingSettings {
  readonly platform: Pick<PlatformConfig, "orchestrator" | "clusterDomain">;
  readonly images: { readonly pullSecrets: readonly string[] };
  readonly runtime: { readonly registry: string };
  readonly monitoring: { readonly podMonitors: "stack" | "platform"; readonly release: string };
}

const operator = "dynamo-operator";

/** Where the operator's image is. Its tag is the chart's own: another than that of the chart's release may not start. */
export const operatorImagePath = `${operator}.controllerManager.manager.image.repository`;

/**
 * The values that the program decides, by path. They are the same in both discovery modes, so that a switch between them does
 * not touch the operator: every graph of a stack says its own backend, and operators of these charts use neither NATS nor etcd.
 */
export function decidedValues(
  { platform, images, runtime, monitoring }: DecidingSettings,
  { withoutNats, labelsPodMonitors }: PlatformChart,
): ValuesByPath {
  const hasGrove = platform.orchestrator === "grove";
  const watches = monitoring.podMonitors === "platform";
  return {
    ...withoutNats,
    "global.etcd.install": false,
    "global.grove.enabled": hasGrove,
    // Where graphs use it, whoever writes the values chooses between the chart's own and one that is there.
    ...(!hasGrove && { "global.grove.install": false }),
    [`${operator}.enabled`]: true,
    [`${operator}.upgradeCRD`]: true,
    [`${operator}.natsAddr`]: "",
    [`${operator}.etcdAddr`]: "",
    [`${operator}.discoveryBackend`]: "kubernetes",
    // Such an operator is for tests, beside one of the whole cluster, which has the CRDs.
    [`${operator}.namespaceRestriction.enabled`]: false,
    [`${operator}.kubernetesClusterDomain`]: platform.clusterDomain,
    [operatorImagePath]: `${runtime.registry}/kubernetes-operator`,
    [`${operator}.controllerManager.manager.image.tag`]: "",
    [`${operator}.imagePullSecrets`]: images.pullSecrets.map((name) => ({ name })),
    [`${operator}.dynamo.metrics.podMonitors.enabled`]: watches,
    ...(watches &&
      labelsPodMonitors && {
        [`${operator}.dynamo.metrics.podMonitors.labels`]: { release: monitoring.release },
      }),
  };
}

/** The chart's values: those that a stack adds, and over them those that are decided. */
export function chartValues(own: ChartValues, decided: ValuesByPath): ChartValues {
  return Object.entries(decided).reduce(
    (values, [path, value]) => withValue(values, path.split("."), value),
    own,
  );
}

function withValue(values: ChartValues, [key = "", ...rest]: readonly string[], value: unknown): ChartValues {
  return { ...values, [key]: rest.length === 0 ? value : withValue(mapOf(own(values, key)), rest, value) };
}

const isMap = (value: unknown): value is ChartValues =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const mapOf = (value: unknown): ChartValues => (isMap(value) ? value : {});

/** Values by path, as far as they are no maps with anything in them. */
export function valuesByPath(values: ChartValues, path: readonly string[] = []): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]): [string, unknown][] =>
    isMap(value) && Object.keys(value).length > 0
      ? valuesByPath(value, [...path, key])
      : [[[...path, key].join("."), value]],
  );
}

/** What a stack adds that is decided already: the path, and the value that it has. */
export function contradictions(own: ChartValues, decided: ValuesByPath): { path: string; value: unknown }[] {
  return valuesByPath(own).flatMap(([path, written]) => {
    const met = Object.entries(decided).filter(
      ([one]) =>
        one === path || path.startsWith(`${one}.`) || (one.startsWith(`${path}.`) && !isMap(written)),
    );
    return met.map(([one, value]) => ({ path: one, value }));
  });
}
