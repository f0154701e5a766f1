/** The planned objects as files: what Argo CD or Flux would apply, and what a pull request compares. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { PlannedResource } from "./dryRun";
import type { Summary } from "./summary";
import { UserError } from "./userError";

/** Marks a folder as the output of an earlier preview, which the next one may replace. */
const summaryFile = "summary.json";

/**
 * Writes one manifest a file, as `<namespace>/<Kind>-<name>.yaml`, and the summary.
 * @throws UserError if the folder holds anything but an earlier output.
 */
export function writeManifests(dir: string, resources: readonly PlannedResource[], summary: Summary): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    if (!existsSync(join(dir, summaryFile)))
      throw new UserError(`--out ${dir} is not empty and not from an earlier preview: name another folder`);
    rmSync(dir, { recursive: true });
  }
  for (const { path, manifest } of manifestFiles(resources)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), toYaml(manifest));
  }
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, summaryFile), `${JSON.stringify(summary, null, 2)}\n`);
}

/** A manifest as people write it: no folded lines, and nothing that refers to another place. */
export function toYaml(manifest: object): string {
  return stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Path and manifest of each object of the cluster. */
export function manifestFiles(resources: readonly PlannedResource[]): { path: string; manifest: Manifest }[] {
  return resources
    .filter(({ custom, type }) => custom && type.startsWith("kubernetes:"))
    .map(({ inputs }) => {
      const manifest = inputs as unknown as Manifest;
      const { name, namespace = "_cluster" } = manifest.metadata;
      return { path: join(namespace, `${manifest.kind}-${name}.yaml`), manifest };
    });
}
