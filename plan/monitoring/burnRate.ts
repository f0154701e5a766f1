/**
 * Alerts on an error budget of 30 days that goes too fast. Each looks at two windows: the long one shows that much is
 * gone, and the short one that it still goes.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
import type { Alert } from "./alerts";

/** Budgets gone at this speed are worth this much attention. */
const speeds = [
  { severity: "critical", long: "1h", short: "5m", rate: 14.4, gone: "2% of a month's budget in an hour" },
  { severity: "warning", long: "6h", short: "30m", rate: 6, gone: "5% of a month's budget in six hours" },
] as const;

/** Number of bad requests in the long window that may be chance, where there are hardly others. */
export const chance = 5;

/** An objective that alerts watch. */
export interface Objective {
  /** Name of the alerts. */
  readonly name: string;
  /** Share of requests that must be good, 0 to 1. */
  readonly share: number;
  /** PromQL of the bad requests over a window such as "5m"; `all` has all of them. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
  readonly summary: string;
  readonly description: string;
}

/** Share of bad requests above which a budget goes so fast; of all there are no more. */
export function burnLimits(share: number): Readonly<Record<Alert["severity"], number>> {
  const limits = speeds.map(({ severity, rate }) => [
    severity,
    Number(Math.min(rate * (1 - share), 0.99).toFixed(5)),
  ]);
  return Object.fromEntries(limits);
}

/** Two alerts of one name: one to wake somebody, and one to be looked at by day. */
export function burnRateAlerts({ name, share, bad, all, summary, description }: Objective): Alert[] {
  const badShare = (window: string) => `${bad(window)} / ${all(window)}`;
  return speeds.map(({ severity, long, short, gone }) => {
    const limit = burnLimits(share)[severity];
    return {
      name,
      severity,
      expr: `${badShare(long)} > ${limit} and ${badShare(short)} > ${limit} and ${bad(long)} > ${chance}`,
      for: "1m",
      summary: `${summary}: ${gone}`,
      description,
    };
  });
}
