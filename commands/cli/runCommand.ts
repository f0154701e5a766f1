import { type Command, CommanderError } from "commander";
import pc from "picocolors";
import { printableLines } from "../../config/printable";
import { masked } from "../../config/secretTexts";
import { commandLineMistake } from "./commandLineMistake";
import { refuseWhatNpmTook } from "./npmOptions";
import { fileMistake, isMistake } from "./userError";

/** A command that its user ended: what it had to print is printed. */
export class Interruption extends Error {
  constructor(readonly exitCode: number) {
    super("interrupted");
  }
}

/** What a file of a command exports. */
export interface CommandModule {
  readonly command: Command;
  /** Exit code of its user's mistakes, where 1 has another meaning. @default 1 */
  readonly mistakeCode?: number;
}

/**
 * Runs a command: mistakes of its user become a message, without a stack trace.
 * @returns the exit code
 */
export async function runCommand(
  { command, mistakeCode = 1 }: CommandModule,
  args: readonly string[],
): Promise<number> {
  // A reader that goes early, as `head` does, is none of the console's concern.
  const print = (write: (text: string) => void) => (text: string) => write(text.trimEnd());
  command.configureOutput({
    writeOut: print(console.log),
    writeErr: print(console.error),
    outputError: (text) => printError(commandLineMistake(text, command)),
  });
  try {
    refuseWhatNpmTook(command, process.env);
    await command.exitOverride().parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof Interruption) return error.exitCode;
    // It has printed its own; the help is no mistake.
    if (error instanceof CommanderError) return error.exitCode && mistakeCode;
    const message = isMistake(error) ? error.message : fileMistake(error);
    if (message === undefined) throw error;
    printError(message);
    return mistakeCode;
  }
}

const printError = (message: string) =>
  console.error(`${pc.red("error:")} ${printableLines(masked(message))}`);
