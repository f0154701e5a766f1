import * as state from "@pulumi/pulumi/runtime/state";

const { withLocalStorage } = state as unknown as { withLocalStorage<T>(run: () => Promise<T>): Promise<T> };

/** Gives a run of the program a state of its own, as Pulumi's Automation API does for programs in one process. Pulumi calls it internal. */
export const inStateOfItsOwn = withLocalStorage;
