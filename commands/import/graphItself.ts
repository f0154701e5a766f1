/** What a graph's object says beside its components: labels, annotations, and fields of its spec. */
import { own } from "../../config/own";
import { pointerTo } from "../../config/patch";
import { at, list, type Manifest, record } from "../../gpus/manifest";
import type { Component } from "./component";
import type { Difference } from "./differences";
import type { Change } from "./patches";

/** Fields of a spec that components are read with. */
const read = ["services", "components", "envs", "env", "backendFramework", "pvcs"];

/** Annotations and labels that kubectl, the operator and tools that deploy write, or that settings say. */
export const ofTools = new RegExp(
  `^(${[
    "kubectl.kubernetes.io/",
    "app.kubernetes.io/",
    "applyset.kubernetes.io/",
    "pulumi-dynamo/",
    "pulumi.com/",
    "(meta.)?helm.sh/",
    "argocd.argoproj.io/",
    "(kustomize|helm).toolkit.fluxcd.io/",
    "nvidia.com/(dynamo-discovery-backend|dynamo-operator-|current-worker-hash)",
  ]
    .join("|")
    .replaceAll(".", "\\.")})`,
);

/** The object as a component without pods. */
export function graphItself(graph: unknown): Component {
  const spec = record(at(graph, "spec"));
  const keys = (kind: string, values: unknown) =>
    Object.entries(record(values))
      .filter(([key]) => !ofTools.test(key))
      .map(([key, value]) => [`${kind} ${key}`, value] as const);
  const made = list(spec.pvcs).filter((claim) => at(claim, "create") === true);
  return {
    ...{ name: "the graph", apiVersion: String(at(graph, "apiVersion")), type: "graph" },
    ...{ claims: [], volumes: new Map(), container: {} },
    executed: { module: undefined, args: [], before: "", after: "", gap: "", env: {}, script: undefined },
    fields: new Map<string, unknown>([
      ...keys("annotation", at(graph, "metadata", "annotations")),
      ...keys("label", at(graph, "metadata", "labels")),
      ...Object.entries(spec)
        .filter(([key]) => !read.includes(key))
        .map(([key, value]) => [`field.${key}`, value] as const),
      ...(made.length > 0 ? [["field.pvcs", made] as const] : []),
    ]),
  };
}

const places: Readonly<Record<string, readonly string[]>> = {
  annotation: ["metadata", "annotations"],
  label: ["metadata", "labels"],
  field: ["spec"],
};

/** The changes that would mend differences of the object itself. */
export function changesOfGraph(found: readonly Difference[], made: Manifest): Change[] {
  return found.flatMap((difference): Change[] => {
    const [, kind = "", name = ""] = /^(annotation|label|field)[ .](.+)$/.exec(difference.field) ?? [];
    if (difference.wanted === undefined || difference.of.apiVersion !== made.apiVersion) return [];
    const path = pointerTo(...(own(places, kind) ?? []), name);
    return [{ differences: [difference], patches: [{ op: "add", path, value: difference.wanted }] }];
  });
}
