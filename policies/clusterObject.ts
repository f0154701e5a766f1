/** Objects of the cluster among a stack's resources, as rules read them. */
import { at, list, type Manifest, notKnown, record, text } from "../gpus/manifest";
import { without } from "../gpus/reading";

/** An object of the cluster, by the resource that makes it. */
export interface ClusterObject {
  readonly urn: string;
  /** Inputs, or outputs once it is made. {@link notKnown} stands for what a preview can't know. */
  readonly manifest: Manifest;
}

/** A resource as Pulumi hands it to policies. */
export interface PolicyResource {
  /** Pulumi's type token, as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** Type of the resource that is the stack, whose outputs are the program's. */
export const stackType = "pulumi:pulumi:Stack";

/** What the program says of a stack, by its outputs' names; {@link notKnown} stands for what a preview can't know. */
export function outputsOf(resources: readonly PolicyResource[]): Manifest {
  return record(plain(resources.find(({ type }) => type === stackType)?.props));
}

/** The object that a resource is; undefined for components, providers and what is not of the cluster. */
export function clusterObject({ type, urn, props }: PolicyResource): ClusterObject | undefined {
  const [, module = "", kind = ""] = /^kubernetes:([^:]+):([^:]+)$/.exec(type) ?? [];
  if (kind === "" || isComponent(module, kind)) return undefined;
  const manifest = withoutState(record(plain(props)));
  const own = { apiVersion: text(manifest.apiVersion) || module.replace(/^core\//, "") };
  // A release is named otherwise than objects are, and a patch names the kind of what it changes.
  if (module.startsWith("helm.sh/")) {
    const { name, namespace } = manifest;
    return { urn, manifest: { ...manifest, ...own, kind, metadata: { name, namespace } } };
  }
  const changed = text(manifest.kind) || kind.replace(/Patch$/, "");
  const named = /.Patch$/.test(kind) ? `${changed.replace(/Patch$/, "")}Patch` : text(manifest.kind) || kind;
  return { urn, manifest: { ...manifest, ...own, kind: named } };
}

/** Objects by the resource's properties: every rule reads all of them. */
const read = new WeakMap<object, ClusterObject[]>();

/** The objects that a resource leads to: of a list, its items. */
export function clusterObjects(resource: PolicyResource): ClusterObject[] {
  const before = read.get(resource.props);
  if (before) return before;
  const object = clusterObject(resource);
  if (!object) return [];
  const objects = unpack(object.manifest).map((manifest) => ({ urn: object.urn, manifest }));
  if (typeof resource.props === "object") read.set(resource.props, objects); // all of them may be unknown
  return objects;
}

function unpack(manifest: Manifest): Manifest[] {
  const kind = text(manifest.kind);
  const { items, apiVersion } = manifest;
  if (!kind.endsWith("List") || (items !== notKnown && !Array.isArray(items))) return [manifest];
  const itemKind = kind.slice(0, -"List".length);
  const unpacked = (items === notKnown ? [notKnown] : list(items)).flatMap((item) =>
    unpack({
      apiVersion,
      ...(item === notKnown ? { spec: notKnown } : record(item)),
      kind: text(at(item, "kind")) || itemKind,
    }),
  );
  // What is called a list may be an object like any other.
  const rest = without(manifest, "apiVersion", "kind", "metadata", "items");
  return Object.keys(rest).length > 0 ? [manifest, ...unpacked] : unpacked;
}

/** Whether a resource only groups others, which rules see by themselves. */
function isComponent(module: string, kind: string): boolean {
  return /^(yaml|kustomize)(\/v\d)?$/.test(module) || (module.startsWith("helm.sh/") && kind === "Chart");
}

/** A manifest without what the cluster and the provider noted since. */
function withoutState(manifest: Manifest): Manifest {
  return Object.fromEntries(
    Object.entries(manifest).filter(([field]) => field !== "status" && !field.startsWith("__")),
  );
}

/** A copy without the traps by which Pulumi marks values that are not known: one of them would silence a whole rule. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const child = (key: string | number): unknown => {
    try {
      return plain((value as Record<string | number, unknown>)[key]);
    } catch (error) {
      if (error instanceof Error && "unknownTypeSentinel" in error) return notKnown;
      throw error;
    }
  };
  return Array.isArray(value)
    ? Array.from(value.keys(), child)
    : Object.fromEntries(Object.keys(value).map((key) => [key, child(key)]));
}
