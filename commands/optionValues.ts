/** Values of options, as commander parses them. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";

/** @returns the same in ms */
export function seconds(text: string): number {
  return positive(text) * 1000;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("write a number above 0.");
  return value;
}

/** A whole number of at least 1. */
export function count(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("write a whole number of at least 1.");
  return Number(text);
}

/** A whole number of at least 0. */
export function countOrNone(text: string): number {
  return text === "0" ? 0 : count(text);
}

/** A file in a folder that exists: a run should not be lost for a typo. */
export function fileToWrite(path: string): string {
  if (!existsSync(dirname(path))) throw new InvalidArgumentError("its folder does not exist.");
  return path;
}
