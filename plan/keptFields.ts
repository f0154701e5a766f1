/** What no change of an object may touch: other objects, or the plan, go by it. */
import { isDeepStrictEqual } from "node:util";
import { at, type Manifest, nameOf, record, text } from "../gpus/manifest";
import { immutableFieldsOf } from "./immutableFields";

/** A part of objects that stays, and where else it can be changed. */
interface Kept {
  /** Kind whose objects have it. @default all */
  readonly kind?: string;
  readonly what: string;
  readonly remedy: string;
  /** Whether it is in both. */
  stays(before: Manifest, after: Manifest): boolean;
}

const same =
  (...paths: readonly string[]) =>
  (before: Manifest, after: Manifest) =>
    paths.every((path) => isDeepStrictEqual(...both(path, before, after)));

const both = (path: string, ...objects: readonly [Manifest, Manifest]) =>
  objects.map((object) => at(object, ...path.split("."))) as [unknown, unknown];

/** Whether the entries of a map are there afterwards; others may have come. */
const entriesStay = (path: string) => (before: Manifest, after: Manifest) => {
  const [old, changed] = both(path, before, after).map(record);
  return Object.entries(old ?? {}).every(([key, value]) => changed?.[key] === value);
};

const scaling = "write scaling of the graph, dynamo:graphs[]";

const kept: readonly Kept[] = [
  {
    what: "which pods are selected",
    remedy: "others would be left without it, and these without theirs",
    stays: same("spec.selector", "spec.podSelector"),
  },
  {
    what: "labels that select the pods",
    remedy: "labels may be added, and those that are there stay",
    stays: (before, after) =>
      ["spec.template.metadata.labels", "spec.jobTemplate.spec.template.metadata.labels"].every((path) =>
        entriesStay(path)(before, after),
      ),
  },
  {
    kind: "StatefulSet",
    what: "the number of members",
    remedy: "write replicas of dynamo:discovery.nats or dynamo:discovery.etcd",
    stays: same("spec.replicas"),
  },
  {
    kind: "ScaledObject",
    what: "the target or the maximum",
    remedy: scaling,
    stays: same("spec.scaleTargetRef", "spec.maxReplicaCount"),
  },
  {
    kind: "HorizontalPodAutoscaler",
    what: "the target or the maximum",
    remedy: scaling,
    stays: same("spec.scaleTargetRef", "spec.maxReplicas"),
  },
  {
    kind: "ResourceClaimTemplate",
    what: "the devices",
    remedy: "write gpuDeviceClass or resourceClaims of dynamo:graphs[]",
    stays: same("spec"),
  },
  {
    kind: "Certificate",
    what: "its Secret, its names or its issuer",
    remedy:
      "pods mount that Secret, and know each other by these: write dynamo:encryption.issuerRef for another issuer",
    stays: same("spec.secretName", "spec.commonName", "spec.dnsNames", "spec.issuerRef"),
  },
  {
    kind: "ResourceQuota",
    what: "what is allowed",
    remedy: "write dynamo:budget.gpus",
    stays: entriesStay("spec.hard"),
  },
];

/** Why a change of an object may not be made; empty where it may. */
export function changesOfKept(before: Manifest, after: Manifest): string[] {
  const kind = text(before.kind);
  const changed = kept.filter((one) => (one.kind ?? kind) === kind && !one.stays(before, after));
  // Another pod is another Job, which the stack replaces.
  const fixed = kind === "Job" ? [] : immutableFieldsOf(before).filter((path) => path !== "spec.selector");
  const fixedChanges = fixed.filter((path) => !same(path)(before, after));
  return [
    ...changed.map(({ what, remedy }) => `changes ${what} of ${nameOf(before)}: ${remedy}`),
    ...fixedChanges.map(
      (path) =>
        `changes ${path} of ${nameOf(before)}: it is fixed for life, and a new object would take its place`,
    ),
  ];
}
