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

/**
 * Runs a command: mistakes of its user become a message, without a stack trace.
 * @returns the exit code
 */
export async function runCommand(command: Command, args: readonly string[]): Promise<number> {
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
    // Commander has printed its own.
    if (error instanceof CommanderError || error instanceof Interruption) return error.exitCode;
    const message = isMistake(error) ? error.message : fileMistake(error);
    if (message === undefined) throw error;
    printError(message);
    return 1;
  }
}

const printError = (message: string) =>
  console.error(`${pc.red("error:")} ${printableLines(masked(message))}`);
