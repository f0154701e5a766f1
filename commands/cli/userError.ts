import { RunError } from "@pulumi/pulumi";
import { ConfigError } from "../../config/parse";

/** A mistake that its user can mend. It is printed as it is, without a stack trace. */
export class UserError extends Error {}

/** Whether an error is of the user's making. */
export function isMistake(error: unknown): error is Error {
  return error instanceof UserError || error instanceof ConfigError || RunError.isInstance(error);
}

/**
 * Does what a file may stand in the way of.
 * @param what begins the message, which is one line
 * @throws UserError
 */
export function inWords<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${what}: ${wordsOf(error).replaceAll(/\s+/g, " ")}`, { cause: error });
  }
}

/** What the system's answers mean for who has named a file. */
const answers: Readonly<Record<string, string>> = {
  ENOENT: "it is not there, or not the folder that it would be in",
  ENOTDIR: "a part of its path is no folder",
  EISDIR: "it is a folder",
  EACCES: "you may not",
  EPERM: "you may not",
  EROFS: "its disk can't be written to",
  ENOSPC: "its disk is full",
};

/** What an error says; the system's in words. */
export const wordsOf = (error: unknown): string =>
  answers[(error as NodeJS.ErrnoException).code ?? ""] ?? (error as Error).message;

/** A line for a file that the system does not read or write; undefined of any other error. */
export function fileMistake(error: unknown): string | undefined {
  const { code = "", syscall, path } = error as NodeJS.ErrnoException;
  return syscall === undefined || path === undefined
    ? undefined
    : `${path || '""'}: ${answers[code] ?? `the system answers ${code}`} (${syscall})`;
}
