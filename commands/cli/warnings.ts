import pc from "picocolors";
import { unknownValues } from "../../config/environments";
import { printable } from "../../config/printable";
import type { Stack } from "../../config/project";

/** Tells on stderr that a command goes by the stack's file alone, without the values of its ESC environments. */
export function warnOfEnvironments({ environments }: Stack): void {
  const unknown = unknownValues(environments);
  if (unknown !== undefined) console.error(`${pc.yellow("warning:")} ${printable(unknown)}`);
}
