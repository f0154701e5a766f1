/** A rehearsal that a command runs on: it ends with the command, whatever ends that. */
import { setMaxListeners } from "node:events";
import type { Stack } from "../../config/project";
import { type Rehearsal, type RehearsalOptions, startRehearsal } from "../../rehearsal/rehearsal";
import { UserError } from "../cli/userError";

/** Is aborted by the first signal that ends the command. */
export function interruption(): AbortController {
  const interrupted = new AbortController();
  setMaxListeners(0, interrupted.signal); // each update listens, and leaves it at that
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => interrupted.abort(new UserError(`interrupted by ${signal}`)));
  return interrupted;
}

/**
 * Starts a rehearsal, has a task done on it, and ends it.
 * @param interrupted ends it before its time, and is aborted where a part of it ends by itself
 * @throws UserError where it does not start, or a part of it has ended by itself
 */
export async function withRehearsal(
  options: Omit<RehearsalOptions, "signal" | "onEnd">,
  interrupted: AbortController,
  task: (rehearsal: Rehearsal, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // Pulumi's own host of programs does not mind either what is left of a program when the engine has ended its run.
  process.on("unhandledRejection", (error: Error) => {
    if (error.message !== "Resource monitor is terminating") throw error;
  });
  let ended: UserError | undefined;
  const onEnd = (error: Error) => {
    ended = new UserError(error.message, { cause: error });
    interrupted.abort(ended);
  };
  const { signal } = interrupted;
  const rehearsal = await startRehearsal({ ...options, signal, onEnd }).catch((error: Error) => {
    throw new UserError(error.message, { cause: error }); // Go is missing, a folder has no CRDs, a port is taken
  });
  try {
    await task(rehearsal, signal).catch((error) => {
      throw ended ?? error;
    });
    if (ended) throw ended;
  } finally {
    await rehearsal.stop();
  }
}

/** Nodes and GPUs of a cluster that the config says nothing of. */
const defaultCluster = { nodes: 3, gpusPerNode: 8 };

/** Nodes of a stack's rehearsal: as many as were asked for, else those of its config. */
export function nodesOf(
  { settings: { cluster } }: Stack,
  { nodes, gpus }: { readonly nodes?: number; readonly gpus?: number } = {},
) {
  return {
    nodes: nodes ?? cluster.nodes ?? defaultCluster.nodes,
    gpusPerNode: gpus ?? cluster.gpusPerNode ?? defaultCluster.gpusPerNode,
  };
}
