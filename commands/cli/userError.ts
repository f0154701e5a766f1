import { RunError } from "@pulumi/pulumi";
import { ConfigError } from "../../config/parse";

/** A mistake that its user can mend. It is printed as it is, without a stack trace. */
export class UserError extends Error {}

/** Whether an error is of the user's making. */
export function isMistake(error: unknown): error is Error {
  return error instanceof UserError || error instanceof ConfigError || RunError.isInstance(error);
}
