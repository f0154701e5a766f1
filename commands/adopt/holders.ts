/** Who else holds a graph: what may delete it or set it back, how that is known, and what to do there before a stack has it. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { otherKeeper, ownerLabel } from "../../plan/owner";

/** A tool, a person or an object that holds a graph. */
export interface Holder {
  readonly who: string;
  /** What says so. */
  readonly by: string;
  readonly remedy: string;
  /** Whether it must let go first: it may delete the graph, or an update refuses to take it. */
  readonly mustLetGo: boolean;
}

/** A way by which a tool marks what it holds. */
interface Mark {
  readonly who: string;
  /** Labels and annotations, of which one suffices. */
  readonly labels?: readonly string[];
  readonly annotations?: readonly string[];
  /** What is done with the tool before its marks are taken off. */
  readonly remedy: string;
}

const managedBy = "app.kubernetes.io/managed-by";
const [helm, argo] = ["Helm", "Argo CD"];

/**
 * Sources: Helm's "Charts tips and tricks" (helm.sh/resource-policy), Argo CD's "Sync options" and "App deletion", Flux's
 * "Kustomization" (prune), kubectl's ApplySets (KEP 3659).
 */
const marks: readonly Mark[] = [
  {
    who: helm,
    annotations: ["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"],
    remedy:
      "write the annotation `helm.sh/resource-policy: keep` into the chart's template and roll it out by `helm upgrade`; then take the template out by another `helm upgrade`, or end the release by `helm uninstall`: both leave the graph",
  },
  {
    who: argo,
    annotations: ["argocd.argoproj.io/tracking-id"],
    remedy:
      "write the annotation `argocd.argoproj.io/sync-options: Prune=false,Delete=false` into its manifest in Git and sync; then take the manifest out of Git, or delete the Application by `argocd app delete --cascade=false`: both leave the graph",
  },
  {
    who: "Flux",
    labels: ["kustomize.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/namespace"],
    remedy:
      "write the annotation `kustomize.toolkit.fluxcd.io/prune: disabled` into its manifest in Git and reconcile; then take the manifest out of Git, which leaves the graph",
  },
  {
    who: "Flux's HelmRelease",
    labels: ["helm.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/namespace"],
    remedy: "let its chart go as Helm must, and take the HelmRelease out of Git",
  },
  {
    who: "an ApplySet of kubectl",
    labels: ["applyset.kubernetes.io/part-of"],
    remedy: "take its manifest out of what `kubectl apply --prune` is given, once its label is off",
  },
];

/**
 * Who else holds a graph.
 * @param graph as the cluster has it
 * @param owner the label's value of the stack that wants it
 * @param hasRelease whether the Helm release that it names is there; undefined where that is not known
 */
export function holdersOf(graph: Manifest, owner: string, hasRelease?: boolean): Holder[] {
  const stack = text(at(graph, "metadata", "labels", ownerLabel));
  const other: Holder = {
    who: `stack ${stack}`,
    by: `label ${ownerLabel}`,
    remedy: "have that stack forget the graph (docs/safety.md), as a graph has one",
    mustLetGo: true,
  };
  const marked = marks.flatMap((mark) => holderBy(mark, graph));
  const known = [...marked, ...trackedByLabel(graph, marked)].map((holder) =>
    holder.who === helm && hasRelease === false ? releaseGone(holder) : holder,
  );
  const named = [...known, ...keeperOf(graph, known)];
  return [...(stack === "" || stack === owner ? [] : [other]), ...named, ...writersOf(graph, named)];
}

/** Only the marks of a release are left. */
const releaseGone = ({ remedy, ...holder }: Holder): Holder => ({
  ...holder,
  remedy: `its release is gone: ${remedy.split("; then ").slice(-1).join("")}`,
});

function holderBy({ who, labels = [], annotations = [], remedy }: Mark, graph: Manifest): Holder[] {
  const [ownLabels, ownAnnotations] = ["labels", "annotations"].map((part) =>
    record(at(graph, "metadata", part)),
  );
  const isKept = text(ownLabels?.[managedBy]) === who;
  const foundLabels = [
    ...labels.filter((key) => text(ownLabels?.[key]) !== ""),
    ...(isKept ? [managedBy] : []),
  ];
  const found = annotations.filter((key) => text(ownAnnotations?.[key]) !== "");
  const [first] = [
    ...found.map((key) => `annotation ${key}: ${text(ownAnnotations?.[key])}`),
    ...foundLabels.map((key) => `label ${key}: ${text(ownLabels?.[key])}`),
  ];
  const off = [...takenOff("label", foundLabels, graph), ...takenOff("annotate", found, graph)];
  return first === undefined
    ? []
    : [{ who, by: first, remedy: `${remedy}; then ${off.join(" and ")}`, mustLetGo: true }];
}

/** The command that takes labels or annotations off. */
function takenOff(verb: "label" | "annotate", keys: readonly string[], graph: Manifest): string[] {
  const { namespace, name } = record(at(graph, "metadata"));
  const off = keys.map((key) => `${key}-`).join(" ");
  return keys.length === 0
    ? []
    : [`\`kubectl --namespace ${text(namespace)} ${verb} dynamographdeployment ${text(name)} ${off}\``];
}

/** Argo CD, where it tracks by a label that others use too: it has written the graph. */
function trackedByLabel(graph: Manifest, found: readonly Holder[]): Holder[] {
  const key = "app.kubernetes.io/instance";
  const mark = marks.find(({ who }) => who === argo);
  const wrote = managersOf(graph).some((manager) => manager.startsWith("argocd-"));
  return wrote && mark !== undefined && !found.some(({ who }) => who === mark.who)
    ? holderBy({ who: mark.who, labels: [key], remedy: mark.remedy }, graph)
    : [];
}

/** What else an update would not take it from. */
function keeperOf(graph: Manifest, found: readonly Holder[]): Holder[] {
  const keeper = otherKeeper(graph);
  if (keeper === undefined || found.some(({ who }) => who === keeper)) return [];
  return text(at(graph, "metadata", "labels", managedBy)) === keeper
    ? [
        {
          who: keeper,
          by: `label ${managedBy}: ${keeper}`,
          remedy: `take the graph out of it, so that it neither deletes nor applies it; then ${takenOff("label", [managedBy], graph).join("")}`,
          mustLetGo: true,
        },
      ]
    : [
        {
          who: keeper,
          by: "its ownerReferences",
          remedy:
            "take the reference out, where that owner does not write it again: the cluster deletes the graph with its owner",
          mustLetGo: true,
        },
      ];
}

/** Those who have written the graph's spec: a stack writes it from then on, and sets back what they do. */
function writersOf(graph: Manifest, found: readonly Holder[]): Holder[] {
  const isTold = (manager: string) =>
    found.some(({ who }) => manager.startsWith(who.toLowerCase().replaceAll(" ", "")));
  const writers = managersOf(graph).filter((manager) => !isTold(manager) && !manager.startsWith("pulumi-"));
  return writers.map((who) => ({
    who,
    by: "field manager of its spec",
    remedy:
      "have it write the graph no more: the stack's next update sets back what it changes, and the reverse",
    mustLetGo: false,
  }));
}

/** Names of those who have written fields of a graph's spec. */
const managersOf = (graph: Manifest): string[] => [
  ...new Set(
    list(at(graph, "metadata", "managedFields"))
      .filter(
        (entry) => at(entry, "subresource") === undefined && at(entry, "fieldsV1", "f:spec") !== undefined,
      )
      .map((entry) => text(at(entry, "manager"))),
  ),
];
