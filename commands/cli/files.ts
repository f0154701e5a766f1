/** Files that a command is given to read, and those that it writes. */
import { readFileSync, readSync, type WriteFileOptions, writeFileSync } from "node:fs";
import { parseForeignJson } from "../../config/printable";
import { decode } from "../../config/yaml";
import { inWords } from "./userError";

/**
 * The text of a file, or of standard input in the place of `-`.
 * @throws Error where it can't be read, or is in another encoding than UTF-8
 */
export const inputText = (file: string): string =>
  decode(file === "-" ? standardInput() : readFileSync(file));

/**
 * JSON from elsewhere, of a file or of standard input; its keys and texts can be shown.
 * @throws UserError where it can't be read
 */
export const inputJson = (file: string): unknown =>
  inWords(`${file === "-" ? "standard input" : file} can't be read`, () => parseForeignJson(inputText(file)));

/** @throws UserError where the system does not write the file */
export const writeText = (file: string, text: string, options?: WriteFileOptions): void =>
  inWords(`${file} can't be written`, () => writeFileSync(file, text, options));

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
