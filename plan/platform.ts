/** NVIDIA's platform, where a stack installs it. */
import { type ChartValues, chartValues, decidedValues } from "../config/platformValues";
import { platformChartOf } from "../config/runtime/platformCharts";
import type { StackConfig } from "../config/schema";
import { operatorAlone } from "../gpus/platformRelease";

/** A Helm release of the platform's chart. */
export interface PlatformPlan {
  /** The release's name. One that is there under this name is another's, unless the stack's state has it. */
  readonly name: string;
  /** Namespace of the operator. Helm makes it where it is missing, and leaves it there when the release goes. */
  readonly namespace: string;
  readonly version: string;
  /** Address of the chart. */
  readonly chart: string;
  readonly values: ChartValues;
  /** All images that it runs; undefined where values of the stack's own may bring others. */
  readonly images: readonly string[] | undefined;
  /** What must be there for it. */
  readonly requirements: readonly string[];
}

/** Name of the release, as NVIDIA's guides have it. */
export const platformRelease = "dynamo-platform";

/** Time that the operator has to be Ready, with the pull of its image, in seconds. */
export const platformTimeout = 600;

/** The platform that a stack installs; undefined where it is there. */
export function planPlatform(config: StackConfig): PlatformPlan | undefined {
  const { install, namespace } = config.platform;
  if (install === undefined) return undefined;
  const version = install.version ?? config.runtime.version;
  const chart = platformChartOf(version);
  if (chart === undefined) return undefined; // the config's rules refuse it
  const { repository } = install;
  const values = chartValues(install.values, decidedValues(config, chart));
  const operator = operatorAlone(version, values);
  return {
    name: platformRelease,
    namespace,
    version,
    chart: repository.startsWith("oci://")
      ? `${repository}/${platformRelease}`
      : `${repository}/${platformRelease}-${version}.tgz`,
    values,
    images: operator === undefined ? undefined : [operator],
    requirements: config.images.pullSecrets.map(
      (secret) =>
        `Secret ${secret} in namespace ${namespace}, by which nodes pull the operator's image (dynamo:images.pullSecrets)`,
    ),
  };
}

/** The platform, as outputs and previews have it. */
export function summarisePlatform({ name, namespace, version, chart, images }: PlatformPlan) {
  return { release: name, namespace, version, chart, ...(images && { images: [...images] }) };
}
