/** Questions to who is at the terminal. */
import type { Readable, Writable } from "node:stream";

/** Where questions are shown and answered. @default the process' own */
export interface Terminal {
  readonly input?: Readable;
  readonly output?: Writable;
}

/**
 * The library of prompts, loaded when somebody is there to answer. h, j, k and l are letters in it, and move no cursor:
 * who types "ok" would else have moved from No to Yes.
 */
export function clack(): typeof import("@clack/prompts") {
  const prompts: typeof import("@clack/prompts") = require("@clack/prompts");
  for (const letter of "hjkl") prompts.settings.aliases.delete(letter);
  return prompts;
}
