import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime";

/** Properties as they travel: a secret is wrapped by {@link secret}, an unknown is Pulumi's marker string. */
export type Properties = Record<string, unknown>;

export const isMap = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Wraps a value as Pulumi does, so that it is encrypted in the state and never shown. */
export const secret = (value: unknown) => ({ [specialSigKey]: specialSecretSig, value });

const isSecret = (value: unknown): value is { value: unknown } =>
  isMap(value) && value[specialSigKey] === specialSecretSig;

/** Whether a value is known only after an update: a preview has a marker in its place. */
export const isUnknown = (value: unknown) => value === unknownValue;

const some = (value: unknown, test: (value: unknown) => boolean): boolean =>
  test(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => some(inner, test)));

/** Whether it is unknown, or anything in it, however deep. */
export const hasUnknown = (value: unknown) => some(value, isUnknown);

const hasSecret = (value: unknown) => some(value, isSecret);

/** A deep copy without the wrappers of secrets. */
export function reveal<T>(value: T): T;
export function reveal(value: unknown): unknown {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map((item) => reveal(item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

/**
 * The plain `values` with a secret wherever `like` has one. A list with a secret in it is secret as a whole, since
 * a server may sort it anew.
 */
export function withSecretsOf(like: Properties, values: Properties): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const model = like[key];
      if (isMap(value) && isMap(model) && !isSecret(model)) return [key, withSecretsOf(model, value)];
      return [key, hasSecret(model) ? secret(value) : value];
    }),
  );
}

/** The part of `live` with the fields in `shape`: a server adds fields of its own, which are nobody's change. */
export function prune(live: unknown, shape: unknown): unknown {
  if (isMap(live) && isMap(shape)) {
    const kept = Object.keys(live).filter((key) => key in shape);
    return Object.fromEntries(kept.map((key) => [key, prune(live[key], shape[key])]));
  }
  if (Array.isArray(live) && Array.isArray(shape)) {
    return live.slice(0, shape.length).map((item, index) => prune(item, shape[index]));
  }
  return live;
}

/** Whether a property path is `ancestor` or below it. */
export const isWithin = (path: string, ancestor: string) =>
  path === ancestor || path.startsWith(`${ancestor}.`) || path.startsWith(`${ancestor}[`);
