import { quantity } from "../../gpus/quantity";
import { immutableFieldsOf } from "../../plan/immutableFields";
import type { KubernetesObject } from "./clusterApi";
import { isMap, isUnknown, isWithin, prune } from "./properties";
import type { PropertyChange, PropertyChanges } from "./resourceProvider";

interface Mutability {
  readonly configMap: boolean;
  readonly secret: boolean;
}

/** The official plugin (4.34) replaces a ConfigMap or a Secret for new data, unless its settings say otherwise. */
function replacingFields(object: KubernetesObject, mutable: Mutability): readonly string[] {
  const identity = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
  const kind = `${object.apiVersion}/${object.kind}`;
  const fields = [...identity, ...immutableFieldsOf(object)];
  if (kind === "v1/ConfigMap" && (!mutable.configMap || object.immutable)) fields.push("data", "binaryData");
  if (kind === "v1/Secret" && (!mutable.secret || object.immutable)) fields.push("data", "stringData");
  return fields;
}

/**
 * Changes of an object by `news`. As in the official plugin since 4.0 the comparison is with the object as it was
 * last seen, of which only fields count that the program set: what another hand changed, a refresh shows.
 */
export function diff(
  live: KubernetesObject,
  olds: KubernetesObject,
  news: KubernetesObject,
  mutable: Mutability,
): PropertyChanges {
  const before = prune(live, olds) as KubernetesObject;
  before.metadata.name = live.metadata.name;
  const { namespace, ...unscoped } = news.metadata;
  // A kind without a namespace loses the one that it was given.
  const after = live.metadata.namespace ? news : { ...news, metadata: unscoped };
  const replacing = replacingFields(news, mutable);
  const changes: PropertyChanges = new Map();
  for (const [path, kind] of compareFields(before, after, live, isBuiltIn(live.apiVersion))) {
    changes.set(path, { kind, replace: replacing.some((field) => isWithin(path, field)) });
  }
  return changes;
}

const isBuiltIn = (apiVersion: string) => /^(\w+\/)?\w+$|\.k8s\.io\//.test(apiVersion);

function* compareFields(
  before: unknown,
  after: unknown,
  live: unknown,
  builtIn: boolean,
  path = "",
): Generator<[path: string, kind: PropertyChange["kind"]]> {
  if (after === undefined || after === null) {
    if (before !== undefined && before !== null) yield [path, "DELETE"];
  } else if (before === undefined || before === null) {
    // A server leaves out what is empty in a built-in kind; that is no difference to what was asked for.
    if (!(builtIn && isEmpty(after) && live === undefined)) yield [path, "ADD"];
  } else if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const field = /[."[\]]/.test(key) ? `["${key.replaceAll('"', '\\"')}"]` : path ? `.${key}` : key;
      yield* compareFields(
        before[key],
        after[key],
        isMap(live) ? live[key] : undefined,
        builtIn,
        path + field,
      );
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      const item = Array.isArray(live) ? live[index] : undefined;
      yield* compareFields(before[index], after[index], item, builtIn, `${path}[${index}]`);
    }
  } else if (isUnknown(after) || !(before === after || (builtIn && isSameQuantity(path, before, after)))) {
    yield [path, "UPDATE"];
  }
}

const isEmpty = (value: unknown) =>
  !value || (typeof value === "object" && Object.values(value).every((inner) => inner === undefined));

/** A server writes the quantities of built-in kinds in its own form: 1024Mi becomes 1Gi. */
function isSameQuantity(path: string, before: unknown, after: unknown): boolean {
  if (!/(^|\.)(requests|limits|hard|capacity)[.[]|\.sizeLimit$/.test(path)) return false;
  return quantity(before) === quantity(after);
}
