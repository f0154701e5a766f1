/** All arithmetic on GPUs. The program, its outputs and its policies count with these functions alone. */

/** Factors of a component's GPUs. */
interface GpuRequest {
  /** GPUs of one pod, whole and not negative. */
  readonly perPod: number;
  /** Pods, each on its own node, that form one replica. */
  readonly nodes: number;
  readonly replicas: number;
}

/**
 * GPUs that a component takes: per pod x nodes x replicas.
 * @throws RangeError if a factor is not a whole number, is negative, or if there are no nodes.
 */
export function gpusOf({ perPod, nodes, replicas }: GpuRequest): number {
  for (const [name, value, min] of [
    ["GPUs per pod", perPod, 0],
    ["nodes", nodes, 1],
    ["replicas", replicas, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < min)
      throw new RangeError(`${name} must be a whole number of at least ${min}, found ${value}`);
  }
  return perPod * nodes * replicas;
}

export const hoursPerDay = 24;

/** GPU-hours of a day, where so many GPUs run all day. */
export function gpuHoursPerDay(gpus: number): number {
  return gpus * hoursPerDay;
}

/** GPUs of several components or graphs together. */
export function totalGpus(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
