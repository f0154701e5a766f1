/** `pulumi up` of a rehearsal's stack that is killed halfway, program and engine, as by a machine that loses its power. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Rehearsal } from "../../rehearsal/rehearsal";
import { attemptCommand } from "./attempt";

/**
 * @param moment to kill it at, asked for when it changes its first resource.
 * @returns whether it was still at work then.
 */
export async function killedUpdate(rehearsal: Rehearsal, moment: () => Promise<unknown>): Promise<boolean> {
  const { command, args } = await attemptCommand(rehearsal, "up --skip-preview");
  // A group of its own, so that none of its processes outlives it.
  const child = spawn(command, args, {
    detached: true,
    env: process.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const atWork = new Promise<void>((resolve) => {
    child.stdout.on("data", (text) => /creating|updating|deleting/.test(String(text)) && resolve());
  });
  await Promise.race([atWork.then(moment), ended]);
  const wasRunning = !isOver;
  if (wasRunning && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await ended;
  await rehearsal.engine.stack.cancel().catch(() => {}); // its lock on the state
  return wasRunning;
}
