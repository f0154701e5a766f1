/** The admission policies that `npm run check` prints. */
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { golden } from "../golden";

export const admissionFile = join(golden, "admission.yaml");

export interface Emitted {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly policyName?: string;
    readonly validationActions?: readonly string[];
    readonly matchResources?: unknown;
    readonly variables?: readonly { readonly name: string; readonly expression: string }[];
    readonly validations?: readonly { readonly expression: string }[];
  };
}

/** Arguments of the command. */
export const emitting = (...options: readonly string[]) => [...options, "--emit-admission-policy"];

/** The objects in what it printed. */
export const objectsOf = (printed: string): Emitted[] =>
  [parseAllDocuments(printed)].flat().map((document) => document.toJS());

/** The objects as one file, in which what they share is written once. */
export function inOneFile(objects: readonly Emitted[]): string {
  const parts = new Map<string, unknown>();
  const shared: unknown = JSON.parse(JSON.stringify(objects), (_key, part: unknown) => {
    if (typeof part !== "object") return part;
    const text = JSON.stringify(part);
    if (!parts.has(text)) parts.set(text, part);
    return parts.get(text);
  });
  return stringify(shared, { lineWidth: 0 });
}
