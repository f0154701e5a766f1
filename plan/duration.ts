/** Seconds of a duration such as "30m". */
export function seconds(duration: string): number {
  const units = { s: 1, m: 60, h: 3600 };
  return Number.parseInt(duration, 10) * units[duration.at(-1) as keyof typeof units];
}
