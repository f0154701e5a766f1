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

/** Makes findings of one check and subject, in whatever state. Clusters have a part in their text. */
export function findingOf(name: string, subject: string) {
  return <State extends string>(state: State, found: string, remedy?: string) => ({
    check: name,
    subject: printable(subject),
    state,
    found: printable(found),
    ...(remedy !== undefined && { remedy: printable(remedy) }),
  });
}

/** Makes the findings of one check. */
export function check(name: string, subject: string) {
  const finding = findingOf(name, subject);
  return {
    passed: (found: string): Finding => finding("passed", found),
    unknown: (why: string): Finding => finding("unknown", why),
    failed: (found: string, remedy: string): Finding => finding("failed", found, remedy),
  };
}

/** "1 pod", "2 pods". */
export function countOf(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
