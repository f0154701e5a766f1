/** The one question of a command that changes a cluster. */
import { UserError } from "../cli/userError";

/** Loaded when somebody is there to answer. */
const clack = (): typeof import("@clack/prompts") => require("@clack/prompts");

/** @throws UserError unless it is confirmed: by `--yes`, or by who is there to answer */
export async function confirmed(question: string, yes = false): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UserError("nothing was changed: add --yes to do it");
  if ((await clack().confirm({ message: question, initialValue: false })) !== true)
    throw new UserError("nothing was changed");
}
