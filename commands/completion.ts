import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { projectDir } from "../config/project";
import { completionScript } from "./cli/completionScript";
import { npmName } from "./cli/npmName";

export const command = new Command("npm run completion")
  .description("Prints a script for bash and zsh that completes the options of the project's commands.")
  .addHelpText("after", "\nFor this shell: source <(npm run --silent completion)")
  .action(() => console.log(completionScript(allCommands())));

/** All commands, by the names that `npm run` has for them. */
function allCommands(): Map<string, Command> {
  const names = readdirSync(join(projectDir, "commands")).flatMap(
    (file) => /^(\w+)\.ts$/.exec(file)?.[1] ?? [],
  );
  return new Map(names.sort().map((name) => [npmName(name), require(`./${name}.ts`).command]));
}
