import { notKnown, text } from "./manifest";

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number: "2", 2, "2000m" and "2e0" are all 2. {@link notKnown} where it is not known yet, NaN
 * where it is no quantity.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(value: unknown): number | typeof notKnown {
  if (value === notKnown || typeof value === "number") return value;
  const [, number, exponent, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text(value)) ?? [];
  if (number === undefined) return Number.NaN;
  return exponent === undefined
    ? Number(number) * (suffixes[suffix ?? ""] ?? Number.NaN)
    : Number(`${number}e${exponent}`);
}

/** Kubernetes counts pods in 32 bits. */
const maxCount = 2 ** 31 - 1;

/**
 * A number of pods, nodes or devices, rounded up and at least 0. {@link notKnown} where it is not known yet,
 * NaN where it is no number, or more than Kubernetes counts.
 */
export function wholeCount(value: unknown): number | typeof notKnown {
  const amount = quantity(value);
  if (amount === notKnown) return notKnown;
  return amount <= maxCount ? Math.max(0, Math.ceil(amount)) : Number.NaN;
}
