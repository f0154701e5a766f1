/** Manifests from files, folders and standard input. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { at, record, text } from "../../gpus/manifest";
import { inputText } from "../cli/files";
import { UserError, wordsOf } from "../cli/userError";
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

/** Files below a folder, and those that links in it lead to, each once: a volume of a ConfigMap is full of links. */
function manifestsBelow(folder: string, seen = new Set<string>()): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats?.isDirectory() && !/\.(ya?ml|json)$/i.test(name)) return [];
      if (stats === undefined)
        throw new UserError(`${path} is a link that leads nowhere: mend it, or remove it`);
      const real = realpathSync(path);
      if (seen.has(real)) return [];
      seen.add(real);
      return stats.isDirectory() ? manifestsBelow(path, seen) : [path];
    });
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
      for (const { message } of document.errors)
        throw /^Maximum call stack/.test(message) ? new RangeError(message) : new Error(inOneLine(message));
      const content = document.toJS();
      refuseEndless(content);
      return content;
    });
  } catch (error) {
    const isDeep = error instanceof RangeError;
    throw new UserError(
      `${file} can't be read: ${isDeep ? "it is nested too deep, or too long: make several files of it" : wordsOf(error)}`,
    );
  }
}

/** A mistake in YAML. What jq prints of several objects has nothing between them. */
function inOneLine(message: string): string {
  const [, place] = /^Unexpected flow-(?:map|seq)-start at node end (at .*):/.exec(message) ?? [];
  return place === undefined
    ? (message.split("\n", 1)[0] ?? "").replace(/:$/, "")
    : `another document begins ${place}: write a line --- between documents`;
}

/** @throws Error where an alias is within what it stands for, RangeError where no machine could write out what it has */
function refuseEndless(content: unknown): void {
  try {
    JSON.stringify(content);
  } catch (error) {
    throw error instanceof TypeError
      ? new Error("an alias in it is within itself: write another value")
      : error;
  }
}
