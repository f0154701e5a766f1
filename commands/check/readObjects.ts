/** Manifests from files, folders and standard input. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { at, record, text } from "../../gpus/manifest";
import { inputText } from "../cli/input";
import { UserError } from "../cli/userError";
import type { PlannedResource } from "../preview/dryRun";

/** The file of an object, by its URN. */
export const fileOf = (urn: string): string => urn.replace(/#\d+$/, "");

/** Objects of manifests, as the policies take them. Their URNs begin with the file and a `#`. */
export function readObjects(paths: readonly string[]): PlannedResource[] {
  if (paths.length === 0) throw new UserError("name files, folders, or - for standard input");
  return paths.flatMap((path) => {
    const isFolder = path !== "-" && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    const objects = (isFolder ? manifestsBelow(path) : [path]).flatMap(objectsOf);
    if (objects.length === 0)
      throw new UserError(`${path} holds no manifests: name files, a folder, or - for standard input`);
    return objects;
  });
}

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function objectsOf(file: string): PlannedResource[] {
  return documentsOf(file)
    .filter((document) => text(at(document, "kind")) !== "")
    .map((document, i) => {
      const inputs = record(document);
      const { apiVersion, kind } = inputs;
      if (text(apiVersion) === "") throw new UserError(`${file}: ${text(kind)} has no apiVersion`);
      const version = text(apiVersion).includes("/") ? text(apiVersion) : `core/${text(apiVersion)}`;
      const type = `kubernetes:${version}:${text(kind)}`;
      const urn = `${file}#${i}`;
      return { urn, type, name: text(at(inputs, "metadata", "name")), parent: "", custom: true, inputs };
    });
}

/** Documents of YAML as Kubernetes reads it, of which JSON is a part. */
function documentsOf(file: string): unknown[] {
  try {
    const source = inputText(file);
    return [parseAllDocuments(source, { version: "1.1", logLevel: "silent" })].flat().map((document) => {
      for (const { message } of document.errors) throw new Error(message.split("\n", 1)[0]);
      return document.toJS();
    });
  } catch (error) {
    throw new UserError(`${file} can't be read: ${(error as Error).message}`);
  }
}
