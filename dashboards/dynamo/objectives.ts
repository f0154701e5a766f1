/** The strictest objectives of a dashboard's graphs. */
export interface Objectives {
  /** Share of requests that must not fail, 0 to 1. */
  readonly availability: number;
  /** Seconds. */
  readonly timeToFirstToken: number;
}
