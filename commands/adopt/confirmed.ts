/** The one question of a command that changes a cluster. */
import { clack, type Terminal } from "../cli/prompts";
import { UserError } from "../cli/userError";

/** @throws UserError unless it is confirmed: by `--yes`, or by who is there to answer */
export async function confirmed(question: string, yes = false): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UserError("nothing was changed: add --yes to do it");
  await confirmedAt({}, question);
}

/** @throws UserError unless who is at the terminal confirms it */
export async function confirmedAt(terminal: Terminal, message: string): Promise<void> {
  if ((await clack().confirm({ ...terminal, message, initialValue: false })) !== true)
    throw new UserError("nothing was changed");
}
