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

export interface Objective {
  /** Of the alerts. */
  readonly name: string;
  /** Share that must be good. */
  readonly share: number;
  /** Share that is bad, over a window such as "5m". */
  readonly bad: (window: string) => string;
  readonly summary: string;
  readonly description: string;
}

/** Two alerts of one name: one to wake somebody, and one to be looked at by day. */
export function burnRateAlerts({ name, share, bad, summary, description }: Objective): Alert[] {
  return speeds.map(({ severity, long, short, rate, gone }) => {
    const limit = Number(Math.min(rate * (1 - share), 0.99).toFixed(5)); // a share of all can't be exceeded
    return {
      name,
      severity,
      expr: `(${bad(long)}) > ${limit} and (${bad(short)}) > ${limit}`,
      for: "1m",
      summary: `${summary}: ${gone}`,
      description,
    };
  });
}
