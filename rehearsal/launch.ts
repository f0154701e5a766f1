import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";

interface Launch {
  readonly command: readonly string[];
  /** Env of the process. Of this one's it gets PATH alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, which is its home too. */
  readonly directory: string;
  /** File that what it writes is added to. */
  readonly log: string;
}

/**
 * Starts a process. The kernel ends it when this one ends, in whatever way; what it has started itself ends with it, as a
 * container's other processes do with its first. It takes Linux, and util-linux.
 */
export async function launch({ command, env, directory, log }: Launch): Promise<ChildProcess> {
  const output = openSync(log, "a", 0o600);
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...command], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, ...env },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  await once(child, "spawn");
  child.once("exit", () => endGroup(child));
  return child;
}

/** Ends what is left of a process' group. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // nothing is left
  }
}

/** Resolves when a process has ended, with its code, or the name of the signal that ended it. */
export function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal ?? "")));
}
