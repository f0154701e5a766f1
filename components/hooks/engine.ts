/** Whether there is anyone to call hooks. */
import * as pulumi from "@pulumi/pulumi";

/** Whether Pulumi's engine runs the program: the mocks of unit tests know no hooks, and have no cluster. */
export function hasEngine(): boolean {
  const monitor = pulumi.runtime.getMonitor();
  return monitor !== undefined && !("mocks" in monitor);
}

const names = new WeakMap<object, Map<string, number>>();

/** A name for a hook that no other of the program has: components may share theirs, and the engine refuses two of one name. */
export function hookName(name: string): string {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) return name;
  const taken = names.get(monitor) ?? new Map<string, number>();
  const count = (taken.get(name) ?? 0) + 1;
  names.set(monitor, taken.set(name, count));
  return count === 1 ? name : `${name}-${count}`;
}
