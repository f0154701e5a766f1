/** The planned objects as files: what Argo CD or Flux would apply, and what a pull request compares. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { stringify } from "yaml";
import { parseForeignJson, toJson } from "../../config/printable";
import { inWords, UserError } from "../cli/userError";
import type { PlannedResource } from "./dryRun";

/** Marks a folder as the output of an earlier preview, which the next one may replace. */
const summaryFile = "summary.json";

/** Texts of manifests, by path. */
export type ManifestFiles = ReadonlyMap<string, string>;

/**
 * Writes one manifest a file, as `<namespace>/<Kind>-<name>.yaml`, and the summary.
 * @throws UserError if the folder holds anything but an earlier output.
 */
export function writeManifests(dir: string, files: ManifestFiles, summary: object): void {
  inWords(`--out ${dir} can't be written`, () => write(dir, files, summary));
}

/** A folder with those above it. Node's own way never ends below /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir);
}

function write(dir: string, files: ManifestFiles, summary: object): void {
  if (existsSync(dir) && !statSync(dir).isDirectory())
    throw new UserError(`--out ${dir} is a file: name a folder`);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    if (!existsSync(join(dir, summaryFile)))
      throw new UserError(`--out ${dir} is not empty and not from an earlier preview: name another folder`);
    rmSync(dir, { recursive: true });
  }
  for (const [path, text] of files) {
    makeFolder(dirname(join(dir, path)));
    writeFileSync(join(dir, path), text);
  }
  makeFolder(dir);
  writeFileSync(join(dir, summaryFile), `${toJson(summary)}\n`);
}

/**
 * Reads what {@link writeManifests} wrote, maybe of an earlier version of this program; undefined where it is empty.
 * @throws UserError if the folder is not there, or holds anything else.
 */
export function readManifests(dir: string): { files: ManifestFiles; summary: unknown } | undefined {
  return inWords(`--base ${dir} can't be read`, () => read(dir));
}

function read(dir: string): ReturnType<typeof readManifests> {
  if (!existsSync(dir))
    throw new UserError(
      `--base ${dir} is not there: render it with --out, mend what hinders that, or make an empty folder for a stack that is new`,
    );
  if (readdirSync(dir).length === 0) return undefined;
  if (!existsSync(join(dir, summaryFile)))
    throw new UserError(`--base ${dir} is not from an earlier preview: make it with --out`);
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml"))
    .map((entry) => join(entry.parentPath, entry.name));
  return {
    files: new Map(paths.map((path) => [relative(dir, path), readFileSync(path, "utf8")])),
    summary: parseForeignJson(readFileSync(join(dir, summaryFile), "utf8")),
  };
}

/** A manifest as people write it: no folded lines, and nothing that refers to another place. Keys are sorted, for diffs. */
export function toYaml(manifest: object): string {
  return stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: true });
}

/** The objects of a plan. */
export function objectsIn(resources: readonly PlannedResource[]): PlannedResource["inputs"][] {
  return resources.flatMap((resource) => (manifestPath(resource) === undefined ? [] : [objectOf(resource)]));
}

/** The manifests of a plan. */
export function manifestFiles(resources: readonly PlannedResource[]): ManifestFiles {
  return new Map(
    resources.flatMap((resource) => {
      const path = manifestPath(resource);
      return path === undefined ? [] : [[path, toYaml(objectOf(resource))]];
    }),
  );
}

/** Path of a resource's manifest; undefined for what is no object of the cluster. */
export function manifestPath(resource: PlannedResource): string | undefined {
  if (!resource.custom || !resource.type.startsWith("kubernetes:")) return undefined;
  const { kind, metadata } = objectOf(resource) as {
    kind: string;
    metadata: { name: string; namespace?: string };
  };
  return join(metadata.namespace ?? "_cluster", `${kind}-${metadata.name}.yaml`);
}

/** An object as a manifest. A Helm release is none of the cluster's: it gets a kind and a name as objects have them. */
function objectOf({ type, inputs }: PlannedResource): PlannedResource["inputs"] {
  const [, module, kind] = type.split(":");
  if (!module?.startsWith("helm.sh/")) return inputs;
  const { name, namespace } = inputs;
  return { apiVersion: module, kind, metadata: { name, namespace }, ...inputs };
}
