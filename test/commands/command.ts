/** The commands as their users run them, in this process or in one of their own. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { format, promisify } from "node:util";
import type { Command } from "commander";
import { type CommandModule, runCommand } from "../../commands/cli/runCommand";
import { projectDir } from "../../config/project";
import { inStateOfItsOwn } from "../pulumiState";

/** Names of all commands. */
export const names = readdirSync(join(projectDir, "commands")).flatMap(
  (file) => /^(\w+)\.ts$/.exec(file)?.[1] ?? [],
);

const moduleOf = (name: string): CommandModule => require(`../../commands/${name}`);

export const commandOf = (name: string): Command => moduleOf(name).command;

/** How a command ended, and what it printed. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, one at a time. */
export async function run(name: string, ...args: string[]): Promise<Ending> {
  const printed = { stdout: "", stderr: "" };
  const spies = [
    jest.spyOn(console, "log").mockImplementation((...line) => {
      printed.stdout += `${format(...line)}\n`;
    }),
    jest.spyOn(console, "error").mockImplementation((...line) => {
      printed.stderr += `${format(...line)}\n`;
    }),
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      printed.stderr += text;
      return true;
    }),
  ];
  try {
    const code = await inStateOfItsOwn(() => runCommand(moduleOf(name), args));
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Arguments of Node for a command in a process of its own, from the project's folder. */
export const processOf = (name: string, ...args: string[]) => [
  join(projectDir, "build/run.js"),
  "commands/cli/start",
  name,
  ...args,
];

/** Environment of such a process. */
export const environment = () => ({ ...process.env, NO_COLOR: "1" });

/** Runs an executable in the project's folder. */
export async function runProcess(executable: string, ...args: string[]): Promise<Ending> {
  return promisify(execFile)(executable, args, { cwd: projectDir, env: environment() }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}
