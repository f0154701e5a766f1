/** Files that a command is given to read. */
import { readFileSync, readSync } from "node:fs";
import { decode } from "../../config/yaml";

/**
 * The text of a file, or of standard input in the place of `-`.
 * @throws Error where it can't be read, or is in another encoding than UTF-8
 */
export const inputText = (file: string): string =>
  decode(file === "-" ? standardInput() : readFileSync(file));

/**
 * Node reads standard input of a kind that does not block, as some shells and Node itself hand it on, only as far as it has
 * been written: it fails with EAGAIN where the writer is slower.
 */
function standardInput(): Buffer {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(2 ** 16);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (;;)
    try {
      const length = readSync(0, chunk);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(chunk.subarray(0, length)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return Buffer.concat(chunks); // of Windows
      if (code !== "EAGAIN") throw error;
      Atomics.wait(clock, 0, 0, 10); // ms
    }
}
