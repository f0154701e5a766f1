import { at, notKnown } from "./manifest";

/** Stands in a command for what is not known yet, like a variable. */
export const unknownWord = "$(unknown)";

/** A container's command and arguments in one line. What is no text is left out. */
export function commandOf(container: unknown): string {
  return [at(container, "command"), at(container, "args")]
    .flat()
    .filter((word) => word !== undefined && typeof word !== "object")
    .map((word) => (word === notKnown ? unknownWord : String(word)))
    .join(" ");
}
