/** A field of an object or of something in it, or an element of a list. */
export interface Part {
  /** Name of the field, or index in the list. */
  readonly key: string;
  readonly value: unknown;
  /** The object or list that has the field. */
  readonly owner: object;
  /** For messages: `spec.volumes.0.hostPath`. */
  readonly path: string;
}

/** All parts of a value, at any depth, outer ones first. */
export function partsOf(value: unknown): Part[] {
  const parts: Part[] = [];
  const collect = (owner: unknown, path: string) => {
    if (typeof owner !== "object" || owner === null) return;
    for (const [key, child] of Object.entries(owner)) {
      parts.push({ key, value: child, owner, path: `${path}${key}` });
      collect(child, `${path}${key}.`);
    }
  };
  collect(value, "");
  return parts;
}
