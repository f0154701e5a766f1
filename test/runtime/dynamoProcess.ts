/** One process of the Dynamo runtime, in the place of a graph's pod. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Env } from "../../config/runtime/release";
import { endOf, launch } from "../../rehearsal/launch";

export interface DynamoProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** When it has ended: its code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Sends SIGTERM, and SIGKILL after 30 s, as a kubelet does by default. */
  stop(): Promise<void>;
  /** Sends SIGKILL: what it has registered stays in etcd until its lease ends: 10 s with 0.8, 30 s with 1.6. */
  kill(): Promise<void>;
  /** The last lines, 20 by default, of what it has written. */
  log(lines?: number): Promise<string>;
  /**
   * Waits until something is so.
   * @param otherwise what to say of it where that takes more than the timeout, in ms
   * @throws Error with the end of its log, then and where it ends
   */
  until(isSo: () => Promise<boolean>, otherwise: string, timeout: number): Promise<void>;
}

interface Options {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Env;
  /** Where it works and writes: its home, its temporary files and its log. */
  readonly directory: string;
}

/** Starts a process, which ends with this one. */
export async function startProcess({ name, command, env, directory }: Options): Promise<DynamoProcess> {
  const file = join(directory, `${name}.log`);
  const child = await launch({ command, env: { TMPDIR: directory, ...env }, directory, log: file });
  const ended = endOf(child);

  async function log(lines = 20) {
    return (await readFile(file, "utf8")).trimEnd().split("\n").slice(-lines).join("\n");
  }
  return {
    name,
    pid: child.pid,
    ended,
    async stop() {
      const grace = setTimeout(() => child.kill("SIGKILL"), 30_000);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(grace);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    log,
    async until(isSo, otherwise, timeout) {
      for (const deadline = Date.now() + timeout; !(await isSo()); await sleep(100)) {
        const end = child.exitCode ?? child.signalCode;
        const isLate = Date.now() > deadline && `${otherwise} after ${timeout} ms`;
        const failure = end === null ? isLate : `has ended with ${end}`;
        if (failure) throw new Error(`${name} ${failure}; the end of its log:\n${await log()}`);
      }
    },
  };
}
