/**
 * Alerts on an error budget of 30 days that goes too fast. Each looks at two windows: the long one tells that much is
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

/** As many bad requests in the long window are chance, where there are hardly others. */
export const chance = 5;

export interface Objective {
  /** Of the alerts. */
  readonly name: string;
  /** Share that must be good. */
  readonly share: number;
  /** How many are bad, over a window such as "5m", and how many there are. */
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
