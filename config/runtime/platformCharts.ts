/**
 * The charts of NVIDIA's platform (`dynamo-platform`), by release line: which of them this program installs, and what differs in
 * their values.
 *
 * Sources, all of ai-dynamo/dynamo, `deploy/helm/charts/platform` (0.7: `deploy/cloud/helm/platform`): the chart as it was where
 * each line was cut, 0.7 to 1.4 (8f868986e8, 007c5b60a1, 165f326dd1, 073fb4371d, 2d86b81d17, bb8cb73335, 59358c26d0, 32c8091a8d),
 * and shortly before 1.5 (2a6da14c83); of 1.6 its README (0398ccf253) and what refuses values (0aef498aea).
 */
import { operatorsFor, releaseLineIn } from "./operator";
import { type ReleaseLine, releaseLines } from "./release";
import { releases } from "./releases";
import { isPlainVersion, releaseLineOf } from "./versions";

/** Values of a chart, by their path in it. */
export type ValuesByPath = Readonly<Record<string, unknown>>;

/** The chart of a release line, as far as it differs from those of others. */
export interface PlatformChart {
  /** Values that leave its NATS out, and the address of it that pods would get. */
  readonly withoutNats: ValuesByPath;
  /** Whether its PodMonitors can be given labels, by which a Prometheus selects (ai-dynamo/dynamo#14083). */
  readonly labelsPodMonitors: boolean;
}

/** Operators that clean up in an etcd. The stack's own has no user for them. */
const needsEtcd = "its operator needs an etcd of the platform's own, which no stack runs";
/** `kubeRbacProxy.image` of the operator's values: gone from 1.1 on. NVIDIA/aicr#257 tells of it. */
const deadProxy =
  "a container of its operator is gcr.io/kubebuilder/kube-rbac-proxy, which is not published any more";

const sinceGlobal: PlatformChart = {
  // `validate-values.yaml` refuses the keys of old.
  withoutNats: { "global.nats.install": false },
  labelsPodMonitors: false,
};

/** A chart, or why this program does not install it. */
const charts: Readonly<Record<ReleaseLine, PlatformChart | string>> = {
  "0.7": needsEtcd,
  "0.8": needsEtcd,
  "0.9": deadProxy,
  "1.0": deadProxy,
  // The operator's own switch is what gives pods the address.
  "1.1": {
    withoutNats: { "nats.enabled": false, "dynamo-operator.nats.enabled": false },
    labelsPodMonitors: false,
  },
  "1.2": sinceGlobal,
  "1.3": sinceGlobal,
  "1.4": sinceGlobal,
  "1.5": sinceGlobal,
  "1.6": { ...sinceGlobal, labelsPodMonitors: true },
  "1.7": "nothing of its chart was to be had",
};

/** The chart of a version; undefined where this program does not install it, or does not know it. */
export function platformChartOf(version: string): PlatformChart | undefined {
  const row = rowOf(version);
  return typeof row === "string" || !isKnown(version) ? undefined : row;
}

/** Why this program does not install the chart of a release line; undefined where it does. */
export function whyNotInstalled(line: ReleaseLine): string | undefined {
  const row = charts[line];
  return typeof row === "string" ? row : undefined;
}

const rowOf = (version: string): PlatformChart | string | undefined =>
  Object.entries(charts).find(([line]) => line === releaseLineOf(version))?.[1];

const patchOf = (version: string) => Number(version.split(".")[2]);

/** Whether it is a version that was released, as far as is known. */
function isKnown(version: string): boolean {
  const newest = releases.get(releaseLineOf(version))?.newest;
  return newest !== undefined && isPlainVersion(version) && patchOf(version) <= patchOf(newest);
}

/**
 * Why a platform of a version can't be installed for a runtime, with what to write instead; undefined where it can.
 * @param isWritten whether the version is the config's own, and not that of the runtime
 */
export function refusedPlatform(
  version: string,
  runtime: { readonly version: string; readonly releaseLine: ReleaseLine },
  isWritten: boolean,
): string | undefined {
  const suited = operatorsFor(runtime.releaseLine);
  const installed = suited.filter((line) => typeof charts[line] !== "string");
  const instead = installed.map((line) => releases.get(line)?.newest).reverse();
  const remedy =
    instead.length > 0
      ? `write dynamo:platform.install.version: ${instead.join(" or ")}, whose operator runs ${runtime.version}`
      : "have the platform installed by hand, and take dynamo:platform.install out";
  if (!isKnown(version))
    return isWritten
      ? `"${version}" is not known: ${remedy}`
      : `the platform has no version "${version}", which is of the runtime alone: ${remedy}`;
  const row = rowOf(version);
  if (typeof row === "string")
    return `the platform of ${version} is not installed by a stack: ${row}; ${remedy}`;
  return suited.some((line) => line === releaseLineOf(version))
    ? undefined
    : `an operator of ${version} does not run runtime ${runtime.version}: ${remedy}`;
}

/**
 * Why an installed platform can't be made one of another version; undefined where it can. NVIDIA supports steps by one release
 * line, up or down, and none that leaves a line out.
 * @see https://docs.nvidia.com/dynamo/v1.6.2/reference/releases/deprecations
 */
export function refusedStep(from: string, to: string): string | undefined {
  const place = (version: string) => {
    const line = releaseLineIn(version);
    return line === undefined ? -1 : releaseLines.indexOf(line);
  };
  const [before, after] = [place(from), place(to)];
  if (before < 0 || after < 0 || Math.abs(after - before) <= 1) return undefined;
  const next = releaseLines[before + Math.sign(after - before)];
  return `from ${from} to ${to} is more than one release line, and each must be taken: write ${releases.get(next ?? "")?.newest} first`;
}
