/**
 * What of a manifest nobody reads. A reader that changes nothing, whatever a value is, is blind to it: what it makes of the
 * manifest can't have it. So nothing is lost in silence, whatever fields an API gets.
 */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { without } from "../../gpus/reading";
import { componentsIn } from "./component";
import { isFlagByEnv } from "./envFlags";
import { graphItself, ofTools } from "./graphItself";
import { platformOf } from "./platform";

/** A part of a manifest to which a reading is blind. */
export interface Unread {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Parts of a value to which a reading is blind: the outermost of which it reads nothing. */
export function unreadIn(
  value: unknown,
  read: (value: unknown) => unknown,
  isOfNoMatter: (path: readonly string[], owner: unknown) => boolean = () => false,
): Unread[] {
  const before = reading(value, read);
  const isBlind = (path: readonly string[], part: unknown) =>
    reading(replaced(value, path, another(part)), read) === before;
  const search = (part: unknown, path: readonly string[], owner: unknown): Unread[] => {
    if (part === null || part === undefined) return [];
    const parts = typeof part === "object" ? Object.entries(part) : [];
    // What is empty says nothing but that it is there.
    if (typeof part === "object" && parts.length === 0) return [];
    if (parts.length === 0)
      return isBlind(path, part) && !isOfNoMatter(path, owner) ? [{ path, value: part }] : [];
    const found = parts.map(([key, child]) => search(child, [...path, key], part));
    const isWhole = found.every(
      ([first], i) => first?.path.length === path.length + 1 && found[i]?.length === 1,
    );
    return isWhole && path.length > 0 ? [{ path, value: part }] : found.flat();
  };
  return search(value, [], undefined);
}

/** What a reading makes of a value, to compare. One that can't be read is another. */
function reading(value: unknown, read: (value: unknown) => unknown): string {
  try {
    return JSON.stringify(read(value));
  } catch (error) {
    return String(error);
  }
}

/** Another value of the same kind. An amount stays one, and becomes larger. */
function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return /^\d/.test(String(value)) ? `9${value}` : `${value}x`;
}

/** A copy with a value in the place of another. */
function replaced(value: unknown, [key, ...path]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const part = replaced((value as Manifest)[key], path, by);
  return Array.isArray(value) ? value.with(Number(key), part) : { ...record(value), [key]: part };
}

/** What of a graph is in no field of its components, by their names; under an empty name what is beside them. */
export function unreadOf(
  graph: Manifest,
  beside: readonly Manifest[],
): ReadonlyMap<string, readonly Unread[]> {
  const spec = record(graph.spec);
  const around = without(spec, "services", "components");
  const fieldsOf = (one: unknown) => componentsIn(one, beside).map(({ fields }) => [...fields]);
  const ofPart = (part: unknown, place: (part: unknown) => object) =>
    unreadIn(part, (one) => fieldsOf({ ...graph, spec: { ...around, ...place(one) } }), isOfNoMatter);
  const { annotations, labels } = record(graph.metadata);
  const rest = { metadata: { annotations, labels }, spec: around };
  const ofRest = (one: unknown) => {
    const metadata = { ...record(graph.metadata), ...record(at(one, "metadata")) };
    const whole = { ...graph, metadata, spec: { ...spec, ...record(at(one, "spec")) } };
    return [fieldsOf(whole), [...graphItself(whole).fields], platformOf([whole]).settings];
  };
  return new Map([
    ["", unreadIn(rest, ofRest, isOfNoMatter)],
    ...Object.entries(record(spec.services)).map(
      ([name, part]) => [name, ofPart(part, (one) => ({ services: { [name]: one } }))] as const,
    ),
    ...list(spec.components).map(
      (part) => [text(at(part, "name")), ofPart(part, (one) => ({ components: [one] }))] as const,
    ),
  ]);
}

/** What says nothing that is not read elsewhere, and what tools write. */
const noMatter = new RegExp(
  [
    "(type|componentType|subComponentType|frontendSidecar)$", // which the module that runs says
    "(.*\\.)?(mainContainer|containers\\.\\d+)\\.name$",
    "name$",
    ".*\\.readOnly$", // files of ConfigMaps and Secrets always are
    "(sharedMemorySize|sharedMemory\\.size)$", // of which a volume at /dev/shm takes the place
    ".*\\.nodeSelector\\.[^.]+.*$", // the same as a required affinity
    ".*\\.(args\\.1|command\\.3)$", // the name of a script
    "spec\\.(backendFramework|pvcs\\.\\d+\\.(name|create))$",
  ]
    .map((path) => `^${path}`)
    .join("|"),
);

function isOfNoMatter(path: readonly string[], owner: unknown): boolean {
  const [first, kind, key = ""] = path;
  if (first === "metadata" && kind !== undefined && key !== "") return ofTools.test(key);
  // A flag that says the same as env counts more.
  const isOfFlag = path.at(-1) === "value" && isFlagByEnv(text(at(owner, "name")));
  return isOfFlag || noMatter.test(path.join("."));
}
