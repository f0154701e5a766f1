import { describeCost } from "../../../commands/preview/costWords";

const cost = { min: 24, amount: 48, currency: "USD", byGraph: {}, unpriced: [] };
const unknown = "nvidia.com/gpu, whose price is not known (dynamo:budget.prices, pricePerGpuHour)";

test.each([
  ["all is priced", cost, "24.00 to 48.00 USD, 730.00 to 1460.00 USD a month"],
  [
    "a part has no price",
    { ...cost, min: 48, unpriced: ["nvidia.com/gpu"] },
    `48.00 USD, 1460.00 USD a month, without ${unknown}`,
  ],
  ["nothing has one", { ...cost, min: 0, amount: 0, unpriced: ["nvidia.com/gpu"] }, `of ${unknown}`],
])("%s", (_, summary, words) => {
  expect(describeCost(summary)).toBe(words);
});
