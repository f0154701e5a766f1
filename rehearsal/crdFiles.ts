import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export interface CustomResourceDefinition {
  readonly apiVersion: string;
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Every CustomResourceDefinition in the YAML files of a folder and the folders in it.
 *
 * @throws Error where the folder is missing, holds none, or holds two of the same name
 */
export async function readCrds(folder: string): Promise<CustomResourceDefinition[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => {
    throw new Error(`no folder ${folder} to read CustomResourceDefinitions from`);
  });
  const found = new Map<string, { file: string; crd: CustomResourceDefinition }>();
  for (const file of files.filter((name) => /\.ya?ml$/.test(name)).sort()) {
    for (const document of parseAllDocuments(await readFile(join(folder, file), "utf8"))) {
      if (document.errors[0])
        throw new Error(`${join(folder, file)} is not YAML: ${document.errors[0].message}`);
      const crd = document.toJS() as CustomResourceDefinition | null;
      if (crd?.kind !== "CustomResourceDefinition") continue;
      const { name } = crd.metadata;
      const other = found.get(name);
      if (other)
        throw new Error(`CustomResourceDefinition ${name} is in both ${other.file} and ${file} of ${folder}`);
      found.set(name, { file, crd });
    }
  }
  if (found.size === 0) throw new Error(`no CustomResourceDefinition in the YAML files of ${folder}`);
  return [...found.values()].map(({ crd }) => crd);
}
