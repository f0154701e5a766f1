/** What the graphs of a dashboard may be held to. */
export interface Objectives {
  /** Share of requests that must not fail. */
  readonly availability: number;
  /** In seconds. */
  readonly timeToFirstToken: number;
}
