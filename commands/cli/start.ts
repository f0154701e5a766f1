/** What `npm run` starts: the command that the first argument names, with the arguments that follow. */
import { type CommandModule, runCommand } from "./runCommand";

const [name, ...args] = process.argv.slice(2);
const module: CommandModule = require(`../${name}.ts`); // one alone: together they take seconds

let isTold = false;
// Node's console says nothing of it: a comment or a plan would be cut short in silence, as on a full disk.
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // A reader that goes early, as `head` does, has what it wanted.
  if (isTold || code === "EPIPE") return;
  isTold = true;
  console.error(`error: the output can't be written: ${message}`);
  process.once("exit", () => {
    process.exitCode ||= 1; // once the command is done: nothing is left half made
  });
});

void runCommand(module, args).then((code) => {
  process.exitCode = code;
});
