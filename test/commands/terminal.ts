/** A terminal that answers the questions of commands, key by key, as somebody at it would. */
import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "../../commands/cli/prompts";

/** What is to be on the terminal, and what is typed then. */
export type Typed = readonly [shown: string, keys: string];

export const enter = "\r";
/** Takes away what is typed so far. */
export const clear = "\u0015";

/** Runs what asks at a terminal. Each text has to be shown after the keys before it. */
export async function answer<T>(
  typed: readonly Typed[],
  asks: (terminal: Terminal) => Promise<T>,
): Promise<{ readonly result: T; readonly shown: string }> {
  const input = new PassThrough();
  let [left, shown, unread] = [[...typed], "", ""];
  const output = new Writable({
    write(chunk, _, done) {
      const text = stripVTControlCharacters(String(chunk));
      [shown, unread] = [shown + text, unread + text];
      const [next, ...others] = left;
      if (next !== undefined && unread.includes(next[0])) {
        [left, unread] = [others, ""];
        setImmediate(() => input.write(next[1]));
      }
      done();
    },
  });
  const result = await asks({ input, output });
  expect(left).toEqual([]);
  return { result, shown };
}
