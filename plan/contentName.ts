import { createHash } from "node:crypto";

/**
 * Name of an object that pods read once, with a digest of its content: another content is another object, so that its pods start
 * anew with it, and those that are there keep theirs until then.
 */
export function contentName(name: string, content: string): string {
  return `${name}-${createHash("sha256").update(content).digest("hex").slice(0, 8)}`;
}
