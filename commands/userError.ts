import { RunError } from "@pulumi/pulumi";
import pc from "picocolors";
import { ConfigError } from "../config/parse";

/** A mistake that its user can mend. It is printed as it is, without a stack trace. */
export class UserError extends Error {}

/** Runs a command: mistakes of the user become a message and exit code 1. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    const isMistake =
      error instanceof UserError || error instanceof ConfigError || RunError.isInstance(error);
    if (!isMistake) throw error;
    console.error(`${pc.red("error:")} ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
