/** The result of a check. */
import { findingOf } from "../../preflight/finding";

export interface Finding {
  readonly check: string;
  /** Graph, or whatever else it is about. */
  readonly subject: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly found: string;
  /** Remedy of a failure. */
  readonly remedy?: string;
  /** Whether a failure may pass by itself in a while. */
  readonly mayPass?: boolean;
}

/** Makes the findings of one check, whose texts can be shown. */
export function check(name: string, subject: string) {
  const finding = findingOf(name, subject);
  return {
    passed: (found: string): Finding => finding("passed", found),
    skipped: (why: string): Finding => finding("skipped", why),
    /** It will not pass before someone does something. */
    failed: (found: string, remedy: string): Finding => finding("failed", found, remedy),
    /** It may pass by itself, and is worth a while's wait. */
    waiting: (found: string, remedy: string): Finding => ({
      ...finding("failed", found, remedy),
      mayPass: true,
    }),
  };
}

export { countOf } from "../../preflight/finding";
