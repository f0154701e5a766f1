import { RunError } from "@pulumi/pulumi";
import pc from "picocolors";
import { ConfigError } from "../../config/parse";

/** A mistake that its user can mend. It is printed as it is, without a stack trace. */
export class UserError extends Error {}

/** Whether an error is of the user's making. */
export function isMistake(error: unknown): error is Error {
  return error instanceof UserError || error instanceof ConfigError || RunError.isInstance(error);
}

/** Runs a command: mistakes of the user become a message and exit code 1. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!isMistake(error)) throw error;
    console.error(`${pc.red("error:")} ${error.message}`);
    process.exitCode = 1;
  }
}
