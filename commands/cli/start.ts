/** What `npm run` starts: the command that the first argument names, with the arguments that follow. */
import type { Command } from "commander";
import { runCommand } from "./runCommand";

const [name, ...args] = process.argv.slice(2);
const { command }: { command: Command } = require(`../${name}.ts`); // one alone: together they take seconds

void runCommand(command, args).then((code) => {
  process.exitCode = code;
});
