/** Sizes and CPUs as Kubernetes writes them. Of sizes the config only takes whole Mi, Gi and Ti. */

const mebibyte = 2 ** 20;
/** Bytes of 1Gi. */
export const gibibyte = 2 ** 30;
const units = { Mi: mebibyte, Gi: gibibyte, Ti: 2 ** 40 };

/** Bytes of a size such as "512Mi", "10Gi" or "1Ti"; NaN for anything else. */
export function toBytes(size: string): number {
  const unit = size.slice(-2) as keyof typeof units;
  return Number(size.slice(0, -2)) * units[unit];
}

/** CPUs of an amount such as "500m" or "2". */
export function toCores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1_000 : Number(cpu);
}

/** The size of a number of bytes, rounded down to whole Mi. */
export function toMebibytes(bytes: number): string {
  return `${Math.floor(bytes / mebibyte)}Mi`;
}

/**
 * The database quota that fits a volume of etcd: half of what remains beside 512Mi for write-ahead logs and
 * snapshots, at most the 8Gi that etcd recommends.
 */
export function defaultQuota(storage: string): string {
  return toMebibytes(Math.min((toBytes(storage) - gibibyte / 2) / 2, 8 * gibibyte));
}
