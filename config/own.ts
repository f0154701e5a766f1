/** A record's own value of a key that anyone may have chosen: every object has a `constructor`. */
export function own<T>(values: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
