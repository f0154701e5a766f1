import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { storedVersion } from "./operator/graphVersions";

export interface CustomResourceDefinition {
  readonly apiVersion: string;
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Every CustomResourceDefinition in the YAML files of a folder and the folders in it. A conversion webhook is left
 * out, since no operator's webhook answers in a rehearsal: the versions convert by their apiVersion alone.
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
      found.set(name, { file, crd: withoutWebhook(crd) });
    }
  }
  if (found.size === 0) throw new Error(`no CustomResourceDefinition in the YAML files of ${folder}`);
  return [...found.values()].map(({ crd }) => crd);
}

function withoutWebhook(crd: CustomResourceDefinition): CustomResourceDefinition {
  return { ...crd, spec: { ...crd.spec, conversion: { strategy: "None" } } };
}

/** Schema that accepts anything. */
export const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** A version of a kind in a CRD, with a status of its own. */
export interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: object };
  readonly subresources?: object;
}

/**
 * The CRD of graphs with the version that a rehearsal stores them in, which keeps what each of the others knows: without a
 * webhook that converts, the API server would drop the fields of one as soon as it stored them as another.
 */
export function withStoredVersion(crd: CustomResourceDefinition): CustomResourceDefinition {
  if (crd.metadata.name !== "dynamographdeployments.nvidia.com") return crd;
  const versions = (crd.spec.versions as Version[]).map((version) => ({ ...version, storage: false }));
  const properties = { spec: anything, status: anything };
  const stored: Version = {
    name: storedVersion,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: "object", properties } },
    subresources: { status: {} },
  };
  return { ...crd, spec: { ...crd.spec, versions: [...versions, stored] } };
}
