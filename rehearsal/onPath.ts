import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Path of a program, if PATH has it. */
export function onPath(program: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => isAbsolute(path) && existsSync(path));
}
