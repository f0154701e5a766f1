import type { Difference } from "./differences";

/** A kind of differences that does not matter. */
export interface Verdict {
  readonly field: RegExp;
  readonly if?: (difference: Difference) => boolean;
  readonly why: string;
}
