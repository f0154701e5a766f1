/** The releases of the Dynamo runtime that this program knows how to wire. */

/** Release lines, oldest first. Each has its row in plan/compatibility.ts. */
export const runtimeLines = ["0.7", "0.8", "0.9", "1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"] as const;

export type RuntimeLine = (typeof runtimeLines)[number];

/** For messages: "0.7 to 1.6". */
export const supportedVersions = `${runtimeLines[0]} to ${runtimeLines.at(-1)}`;

/** The release line of a version ("0.8.1" is of "0.8"), or undefined where this program does not know it. */
export function runtimeLine(version: string): RuntimeLine | undefined {
  const line = version.split(".", 2).join(".");
  return runtimeLines.find((known) => known === line);
}

/** Whether a release line is `first` or newer. */
export function isSince(line: RuntimeLine, first: RuntimeLine): boolean {
  return runtimeLines.indexOf(line) >= runtimeLines.indexOf(first);
}
