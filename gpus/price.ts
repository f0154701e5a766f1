/** Prices of GPUs, by their kind. */
import { own } from "../config/own";
import { gpuHoursPerDay, hoursPerDay } from "./arithmetic";
import { notKnown } from "./manifest";
import { productsOf } from "./products";
import type { GpuUse } from "./use";
import { workloadsOf } from "./workloads";

/** Prices of a GPU for an hour. */
export interface Prices {
  /** Of every kind that has none of its own; undefined: no price is known. */
  readonly pricePerGpuHour?: number | undefined;
  /** By the product that a pod's nodes are chosen by, or by resource. */
  readonly prices?: Readonly<Record<string, number>> | undefined;
}

/**
 * Price of a pod's GPU for an hour: of the dearest product that its nodes may have, else of its resource, else of any.
 * @returns undefined where none is known
 */
export function priceOf(
  pod: unknown,
  resource: string,
  { pricePerGpuHour, prices = {} }: Prices,
): number | undefined {
  const products = productsOf(pod);
  if (products === notKnown) return undefined;
  const known = products.map((product) => own(prices, product)).filter((price) => price !== undefined);
  if (known.length > 0 && known.length === products.length) return Math.max(...known);
  return own(prices, resource) ?? pricePerGpuHour;
}

/** What the GPUs of a use cost a day, and kinds of them whose price is not known, which the amount leaves out. */
export function costOfUse(
  { manifest, component, byKind }: GpuUse,
  prices: Prices,
): { readonly perDay: number; readonly unpriced: readonly string[] } {
  const pod = workloadsOf(manifest).workloads.find((workload) => workload.component === component)?.pod;
  const unpriced: string[] = [];
  let perDay = 0;
  for (const [kind, gpus] of Object.entries(byKind)) {
    const price = priceOf(pod, kind, prices);
    if (price === undefined) unpriced.push(kind);
    else perDay += gpuHoursPerDay(gpus) * price;
  }
  return { perDay, unpriced };
}

/** Hours of a month, as clouds count them. */
const hoursPerMonth = 730;

/** Cost of a month at so much a day. */
export function costPerMonth(costPerDay: number): number {
  return rounded((costPerDay / hoursPerDay) * hoursPerMonth);
}

/** Money, to hundredths. */
export const rounded = (amount: number) => Math.round(amount * 100) / 100;
