/** Objects of the cluster among a stack's resources, as rules read them. */
import { type Manifest, notKnown, record } from "../plan/manifest";

export interface ClusterObject {
  readonly urn: string;
  /** Inputs, or outputs once it is made. {@link notKnown} stands for what a preview can't know. */
  readonly manifest: Manifest;
}

/** A resource as Pulumi hands it to policies. */
export interface PolicyResource {
  readonly type: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** The object that a resource is; undefined for components, providers and what is not of the cluster. */
export function clusterObject({ type, urn, props }: PolicyResource): ClusterObject | undefined {
  const [, module = "", kind = ""] = /^kubernetes:([^:]+):(\w+)$/.exec(type) ?? [];
  if (kind === "" || kind === "Provider" || isComponent(module, kind)) return undefined;
  const manifest = record(plain(props));
  // A patch names the kind of what it changes; a release has none.
  const named = kind.endsWith("Patch") || kind === "Release" ? { kind } : { kind: manifest.kind ?? kind };
  return { urn, manifest: { ...manifest, ...named } };
}

/** What only groups other resources, which rules see by themselves. */
function isComponent(module: string, kind: string): boolean {
  return module.startsWith("yaml") || module.startsWith("kustomize") || kind === "Chart";
}

/** A copy without the traps by which Pulumi tells that a value is not known: one of them would silence a whole rule. */
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
