/** Files of YAML, and words for those that can't be read. */
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { ConfigError } from "./parse";
import { parseYaml } from "./yaml";

/** Bytes of a file. No cluster takes objects as large as that. */
const maxBytes = 2 ** 20;

/**
 * Reads a file, and what it is meant to be.
 * @param meaning of what is in it, and of its keys that have an anchor; throws an Error with a line for each mistake
 * @throws ConfigError that has the file's name in each line
 */
export function readYamlFile<T>(
  file: string,
  meaning: (content: unknown, anchored: readonly string[]) => T,
): T {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new Error("it is a folder: move it away, and write a file in its place");
    if (!stats.isFile()) throw new Error("it is no file: move it away, and write one in its place");
    if (stats.size > maxBytes) throw new Error("it has more than 1 MiB: make several stacks of it");
    const { content, anchored } = parseYaml(readFileSync(file));
    return meaning(content, anchored);
  } catch (error) {
    const lines = inWords(error as NodeJS.ErrnoException, file).split("\n");
    throw new ConfigError(lines.map((line) => `${file} can't be read: ${line}`).join("\n"));
  }
}

/** Whether there is a file by that name, and no folder, nor a link that leads nowhere. */
export const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Whether there is a link by that name that leads nowhere. */
export const isLostLink = (path: string): boolean =>
  !existsSync(path) && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

function inWords({ code, syscall, message }: NodeJS.ErrnoException, file: string): string {
  if (code === "EACCES" || code === "EPERM")
    return `you may not read it: have its owner allow it, as by chmod a+r ${basename(file)}`;
  if (syscall !== undefined) return `the system answers ${code} to ${syscall}: look at its disk`;
  return message.replace("Maximum call stack size exceeded", "it is nested too deep");
}
