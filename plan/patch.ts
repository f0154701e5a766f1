/** Applies JSON Patches (RFC 6902) to manifests. */
import { applyPatch } from "rfc6902";
import type { PatchConfig } from "../config/graph";

/** What comes of patches. */
export interface Patched<Manifest> {
  readonly manifest: Manifest;
  /** Why patches don't apply, each with its place in the list. */
  readonly mistakes: readonly { readonly index: number; readonly why: string }[];
}

/** A manifest with its patches, one after the other; without those that don't apply. The original stays as it is. */
export function patched<Manifest>(original: Manifest, patches: readonly PatchConfig[]): Patched<Manifest> {
  const manifest: Manifest = JSON.parse(JSON.stringify(original));
  const mistakes = patches.flatMap((patch, index) =>
    isApplied(manifest, patch) ? [] : [{ index, why: notApplied(patch) }],
  );
  return { manifest, mistakes };
}

function isApplied(manifest: unknown, patch: PatchConfig): boolean {
  // An object may have no labels or annotations, to which one could be added.
  const [, part = ""] = /^\/metadata\/(labels|annotations)\//.exec(patch.path) ?? [];
  const { metadata } = manifest as { metadata?: Record<string, unknown> };
  if (part !== "" && patch.op === "add" && metadata) metadata[part] ??= {};
  try {
    const [error] = applyPatch(manifest, [patch] as Parameters<typeof applyPatch>[1]);
    return error === null;
  } catch {
    return false; // a field of what has none, such as a text
  }
}

function notApplied({ op, path }: PatchConfig): string {
  if (op === "test") return `${path} has another value than its test`;
  return op === "add" ? `there is nothing that ${path} can be added to` : `there is no ${path} to ${op}`;
}
