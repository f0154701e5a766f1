import type { Command } from "commander";
import { UserError } from "./userError";

/** Options that npm has too, and may have from a file of its own. */
const ofNpm = ["--json", "--yes"];

/**
 * Refuses options that npm has taken for its own: without them a command would do something else than asked.
 * @throws UserError that says how to hand them over
 */
export function refuseWhatNpmTook(command: Command, env: NodeJS.ProcessEnv): void {
  for (const { long } of command.options) {
    if (!long || ofNpm.includes(long)) continue;
    const value = env[`npm_config_${long.slice(2).replaceAll("-", "_")}`];
    if (value)
      throw new UserError(
        `npm took ${long} for an option of its own: write -- before it, as in ${example(command, long)}`,
      );
  }
}

const example = (command: Command, long: string) => `${command.name().replace(/ --$/, "")} -- ${long} …`;
