/** The result of a check. */
import { printable } from "../config/printable";

export interface Finding {
  readonly check: string;
  /** What of the stack or the cluster it is about. */
  readonly subject: string;
  /** What could not be read is unknown: it may be wrong. */
  readonly state: "passed" | "failed" | "unknown";
  readonly found: string;
  /** Remedy of a failure. */
  readonly remedy?: string;
}

/** Makes the findings of one check. Clusters have a part in their text. */
export function check(name: string, subject: string) {
  const finding = { check: name, subject: printable(subject) };
  return {
    passed: (found: string): Finding => ({ ...finding, state: "passed", found: printable(found) }),
    unknown: (why: string): Finding => ({ ...finding, state: "unknown", found: printable(why) }),
    failed: (found: string, remedy: string): Finding => ({
      ...finding,
      state: "failed",
      found: printable(found),
      remedy: printable(remedy),
    }),
  };
}

/** "1 pod", "2 pods". */
export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
