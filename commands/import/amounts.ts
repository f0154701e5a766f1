/** Amounts as settings have them. */

/** CPUs as a setting has them; what it can't have is refused by its schema. */
export const cpuText = (cpus: number) => (Number.isInteger(cpus) ? String(cpus) : `${cpus * 1000}m`);

/** Bytes in the largest unit of which they are a whole number. */
export function sizeText(bytes: number): string {
  const [unit, size] = (
    [
      ["Ti", 2 ** 40],
      ["Gi", 2 ** 30],
      ["Mi", 2 ** 20],
    ] as const
  ).find(([, one]) => bytes % one === 0) ?? ["", 1];
  return `${bytes / size}${unit}`;
}
