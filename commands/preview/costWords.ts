/** Money, in words. */
import { costPerMonth } from "../../gpus/price";
import type { Cost, CostSummary } from "../../plan/cost";

/** "4080.00 USD, 124100.00 USD a month", each from the least to the most where it scales; and what has no price. */
export function describeCost(cost: CostSummary): string {
  const { currency, unpriced } = cost;
  const known = `${range(cost)} ${currency}, ${range(perMonth(cost))} ${currency} a month`;
  if (unpriced.length === 0) return known;
  const unknown = `${unpriced.join(", ")}, whose price is not known (dynamo:budget.prices, pricePerGpuHour)`;
  return cost.amount === 0 ? `of ${unknown}` : `${known}, without ${unknown}`;
}

/** The cost of a month, of that of a day. */
export const perMonth = ({ min, amount }: Cost): Cost => ({
  min: costPerMonth(min),
  amount: costPerMonth(amount),
});

/** "4080.00", or "1020.00 to 4080.00". */
export const range = ({ min, amount }: Cost) =>
  min === amount ? amount.toFixed(2) : `${min.toFixed(2)} to ${amount.toFixed(2)}`;
