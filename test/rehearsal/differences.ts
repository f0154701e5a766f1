/** An object as the API server answers it. */
export interface RecordedObject {
  kind: string;
  metadata: {
    name: string;
    annotations?: Record<string, string>;
    ownerReferences?: Record<string, unknown>[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

export interface Difference {
  readonly reason: string;
  /** The object without what differs, or undefined where all of it does. */
  readonly without: (object: RecordedObject) => RecordedObject | undefined;
}

const withoutKind = (kind: string, reason: string): Difference => ({
  reason,
  without: (object) => (object.kind === kind ? undefined : object),
});

/**
 * Everything in which what the stand-in leaves on a cluster differs from what the real operators leave, apart from
 * identifiers, times and addresses.
 */
export const differences: readonly Difference[] = [
  withoutKind(
    "DynamoComponentDeployment",
    "an internal step between a graph and its Deployments, which nothing reads",
  ),
  withoutKind(
    "ConfigMap",
    "the wait-for-leader script of a multinode graph, of which 1.4 makes nothing else",
  ),
  {
    reason: "the real operators note there what they applied last; server-side apply keeps that itself",
    without({ metadata, ...object }) {
      const kept = Object.entries(metadata.annotations ?? {}).filter(
        ([key]) => !key.startsWith("nvidia.com/last-applied-"),
      );
      return {
        ...object,
        metadata: { ...metadata, annotations: Object.fromEntries(kept) },
      } as RecordedObject;
    },
  },
  {
    reason: "a finalizer holds the Services of 0.8, in whose place the real operator is quick",
    without: (object) =>
      object.kind === "Service"
        ? { ...object, metadata: { ...object.metadata, finalizers: undefined } }
        : object,
  },
  {
    reason:
      "Deployments and Services belong to the graph, having no DynamoComponentDeployment; 1.4 owns as v1beta1",
    without({ metadata, ...object }) {
      const ownerReferences = metadata.ownerReferences?.map(({ controller, blockOwnerDeletion }) => ({
        controller,
        blockOwnerDeletion,
      }));
      return { ...object, metadata: { ...metadata, ownerReferences } } as RecordedObject;
    },
  },
  {
    reason: "the hash of 1.4 workers is of the same form, but not over the same text",
    without: (object) => JSON.parse(JSON.stringify(object).replaceAll(/\b[0-9a-f]{8}\b/g, "<hash>")),
  },
];
