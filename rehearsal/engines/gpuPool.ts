/** GPUs of a machine, each of which one process has to itself, as a node's device plugin gives them to containers. */
export interface GpuPool {
  /**
   * As many GPUs as asked for, the first that are free. What the owner had before it gives back.
   * @param owner uid of a pod
   * @throws Error where too few are free
   */
  take(owner: string, count: number): readonly number[];
  giveBack(owner: string): void;
}

/** @param indices those that there are, by index */
export function createGpuPool(indices: readonly number[]): GpuPool {
  const taken = new Map<string, readonly number[]>();
  return {
    take(owner, count) {
      taken.delete(owner);
      const inUse = new Set([...taken.values()].flat());
      const free = indices.filter((index) => !inUse.has(index));
      if (free.length < count) throw new Error(`it asks for ${count} GPUs, and ${free.length} are free`);
      const given = free.slice(0, count);
      taken.set(owner, given);
      return given;
    },
    giveBack(owner) {
      taken.delete(owner);
    },
  };
}
