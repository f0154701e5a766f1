/** Objects within an object: those that a field holds, and those that a text does. */
import { parseAllDocuments } from "yaml";
import { own } from "../config/own";
import { at, list, type Manifest, record, text } from "./manifest";

interface Embedded {
  /** For messages: `data.pod.yaml`. */
  readonly path: string;
  /** The object; one of no kind where its text can't be read. */
  readonly object: Manifest;
}

/** What kubectl keeps of the object itself. */
const ofKubectl = "kubectl.kubernetes.io/last-applied-configuration";

/** All objects within one, at any depth, outer ones first; not those that are within these. */
export function embeddedIn(object: unknown): Embedded[] {
  const found: Embedded[] = [];
  const look = (value: unknown, path: string) => {
    const objects = typeof value === "string" ? objectsInText(value) : isObject(value) ? [value] : [];
    for (const one of objects) found.push({ path, object: one });
    if (objects.length === 0) lookWithin(value, `${path}.`);
  };
  const lookWithin = (owner: unknown, path: string) => {
    if (typeof owner !== "object" || owner === null) return;
    for (const [key, child] of Object.entries(owner)) if (key !== ofKubectl) look(child, `${path}${key}`);
  };
  lookWithin(object, "");
  const encoded = own({ Secret: "data", ConfigMap: "binaryData" }, text(at(object, "kind")));
  if (encoded !== undefined)
    for (const [key, value] of Object.entries(record(at(object, encoded))))
      look(Buffer.from(text(value), "base64").toString(), `${encoded}.${key}`);
  return found;
}

/** Whether a value is an object of the cluster, and no mere reference to one. */
function isObject(value: unknown): value is Manifest {
  const { apiVersion, kind, ...rest } = record(value);
  return (
    text(apiVersion) !== "" &&
    text(kind) !== "" &&
    ["metadata", "spec", "items", "data"].some((field) => rest[field] !== undefined)
  );
}

/** Signs of a manifest in a text. The second is rarer than the first, and both are found without reading it. */
const signs = [/\bkind\\?["']?\s*:/, /\bapiVersion\\?["']?\s*:/] as const;

function objectsInText(value: string): Manifest[] {
  if (!signs.every((sign) => sign.test(value))) return [];
  const unread: Manifest = { apiVersion: "unread/v1", kind: "text that can't be read" };
  try {
    const documents = list(parseAllDocuments(value, { logLevel: "silent" })) as {
      toJS(): unknown;
      errors: unknown[];
    }[];
    if (documents.some(({ errors }) => errors.length > 0)) return [unread];
    const values = documents.map((one) => one.toJS());
    // What is no object may hold some: a list of them, or a file with more than one.
    return values.flatMap((one) =>
      isObject(one) ? [one] : embeddedIn({ value: one }).map(({ object }) => object),
    );
  } catch {
    return [unread];
  }
}
