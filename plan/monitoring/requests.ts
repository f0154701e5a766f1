/** Queries for a graph's requests, and those that failed. */
import type { Runtime } from "../../config/runtime/runtime";

/** Kinds of errors that are the client's own doing. Runtimes before 1.0 don't distinguish them. */
const clientErrors = "validation|not_found|cancelled|not_implemented";

/** Classes of failures, which frontends since 1.6 count, that are the client's own doing. */
const clientFailures = "InvalidRequest|NotFound|Cancelled";

/** Selection of requests, and the form of their numbers. */
export interface RequestsOptions {
  readonly runtime: Runtime;
  /** Labels of the frontends' series. */
  readonly frontends: string;
  /** Requests a second, or all of the window. */
  readonly as: "rate" | "increase";
  /** Duration as `5m`. */
  readonly window: string;
  /** Label of a result each. Failures of 1.6 have no model: those that no worker was there for are not in it. */
  readonly by?: "model" | undefined;
}

/** Queries for the requests of a window: `failed` is 0, not nothing, as long as none has. */
export function requests({ runtime, frontends, as, window, by }: RequestsOptions) {
  const counted = (metric: string, labels = "") =>
    `${as}(dynamo_frontend_${metric}{${frontends}${labels}}[${window}])`;
  const sum = (series: string) => `sum${by ? ` by (${by}) ` : ""}(${series})`;
  const isCounted = runtime.countsFailures && by === undefined;
  // From 1.6 requests that no worker was there for are only among the failures, and others are among both.
  const all = sum(
    isCounted
      ? `${counted("requests_total", ',status="success"')} or ${counted("failures_total")}`
      : counted("requests_total"),
  );
  const failed = isCounted
    ? counted("failures_total", `,class!~"${clientFailures}"`)
    : counted("requests_total", `,status!="success",error_type!~"${clientErrors}"`);
  return { all, failed: `(${sum(failed)} or 0 * ${all})` };
}
