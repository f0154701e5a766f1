/** Values of options, as commander parses them. */
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";
import { refusedVersion, versionPattern } from "../../config/runtime/versions";

/** In seconds. Timers of Node, which hold 24 days, are of some times as long. */
const day = 86_400;

/** At most a day. @returns the same in ms */
export function secondsInMs(text: string): number {
  const value = positive(text);
  if (value > day) throw new InvalidArgumentError(`write at most ${day}, which is a day.`);
  return value * 1000;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("write a number above 0.");
  return value;
}

/** A whole number in a range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`write a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** A file in a folder that exists: a run should not be lost for a typo. */
export function fileToWrite(path: string): string {
  const isFolder = (file: string) => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder(dirname(path))) throw new InvalidArgumentError("its folder does not exist.");
  if (isFolder(path)) throw new InvalidArgumentError("it is a folder: name a file in it.");
  return path;
}

/** A version of the runtime that is known. */
export function runtimeVersion(text: string): string {
  const refused = refusedVersion(text);
  if (refused !== undefined || !versionPattern.test(text))
    throw new InvalidArgumentError(`${refused ?? "it is no version"}.`);
  return text;
}

/** Values of an option that may be given again. */
export const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];
