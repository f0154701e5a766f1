/** NVIDIA's platform as a Helm release, read by what its values say: the one chart whose pods are known without it. */
import { nvidiaCharts } from "../config/platform";
import { type ChartValues, operatorImagePath, valuesByPath } from "../config/platformValues";
import { platformChartOf } from "../config/runtime/platformCharts";
import { groupKindOf } from "./kinds";
import { at, record, text } from "./manifest";

/** Fields of a release, as given and as made, by which its chart makes no other objects. All others must be empty. */
const harmlessFields = new Set([
  ..."apiVersion kind metadata name namespace chart version values compat createNamespace timeout".split(" "),
  ..."id urn checksum manifest resourceNames status description maxHistory atomic cleanupOnFail".split(" "),
  ..."skipAwait waitForJobs lint verify keyring skipCrds allowNullValues disableOpenapiValidation".split(" "),
]);

/** Values by which the operator alone runs, whatever they are, besides those that must leave the rest out. */
const harmlessValues = new RegExp(
  `^(${[
    "global\\.grove\\.enabled",
    `dynamo-operator\\.(${[
      "enabled|upgradeCRD|natsAddr|etcdAddr|discoveryBackend|kubernetesClusterDomain|imagePullSecrets",
      "namespaceRestriction\\.enabled",
      "dynamo\\.metrics\\.podMonitors\\.(enabled|labels(\\.[^.]+)?)",
      "controllerManager\\.(tolerations|affinity(\\..+)?)",
      "controllerManager\\.manager\\.image\\.repository",
      "controllerManager\\.manager\\.resources\\.(requests|limits)\\.(cpu|memory)",
    ].join("|")})`,
  ].join("|")})$`,
);

/** Values that must be as they are by default. */
const isLeft = (path: string, value: unknown) =>
  (path === "global.grove.install" && value === false) ||
  (path === "dynamo-operator.controllerManager.manager.image.tag" && value === "");

/**
 * Image of the operator, where an object is a release of NVIDIA's own chart whose values bring nothing else: no pod of it takes
 * GPUs. Undefined of every other release, and where a part is not known yet.
 */
export function operatorOfRelease(object: unknown): string | undefined {
  if (groupKindOf(object) !== "helm.sh/Release") return undefined;
  const [chart, version] = [text(at(object, "chart")), text(at(object, "version"))];
  if (chart !== `${nvidiaCharts}/dynamo-platform-${version}.tgz`) return undefined;
  const others = Object.entries(record(object)).filter(([field]) => !harmlessFields.has(field));
  if (!others.every(([, value]) => isEmpty(value))) return undefined;
  return operatorAlone(version, record(at(object, "values")));
}

/**
 * Image of the operator, where it is all that a version of the chart runs with these values; undefined where they may bring more,
 * or the version is none that is known.
 */
export function operatorAlone(version: string, given: ChartValues): string | undefined {
  const row = platformChartOf(version);
  if (row === undefined) return undefined;
  if (hasDots(given)) return undefined; // such a key is none of these paths, and looks like one
  const values = new Map(valuesByPath(given));
  const off = { ...row.withoutNats, "global.etcd.install": false };
  if (!Object.entries(off).every(([path, value]) => values.get(path) === value)) return undefined;
  const isKnown = ([path, value]: [string, unknown]) =>
    Object.hasOwn(off, path) || harmlessValues.test(path) || isLeft(path, value);
  if (![...values].every(isKnown)) return undefined;
  const repository = values.get(operatorImagePath) ?? "nvcr.io/nvidia/ai-dynamo/kubernetes-operator";
  return text(repository) === "" ? undefined : `${text(repository)}:${version}`;
}

function hasDots(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key.includes(".") || hasDots(inner));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(isEmpty);
  return value === undefined || value === null || value === false || value === "";
}
