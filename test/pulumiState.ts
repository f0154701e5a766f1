import * as state from "@pulumi/pulumi/runtime/state";

const { withLocalStorage } = state as unknown as { withLocalStorage<T>(run: () => Promise<T>): Promise<T> };

/** Gives a run of the program a state of its own, as Pulumi's Automation API does for programs in one process. Pulumi calls it internal. */
export async function inStateOfItsOwn<T>(run: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error;
  try {
    return await withLocalStorage(run);
  } finally {
    Error.stackTraceLimit = stackTraceLimit; // a preview does without stack traces
  }
}
