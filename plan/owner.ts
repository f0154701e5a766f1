/** Label of every object that a stack makes. */
export const ownerLabel = "app.kubernetes.io/part-of";

/** Its value. Stacks may have longer names than labels. */
export function ownerOf(project: string, stack: string): string {
  return `${project}-${stack}`.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}
