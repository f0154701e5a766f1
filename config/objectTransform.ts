/** Changes of any object that a stack makes, for what has no setting. */
import { z } from "zod";
import { label } from "./fields";
import { own } from "./own";
import { keysOf, patchOf } from "./patch";
import type { IsSound, ReportMistake } from "./report";
import { secretsIn } from "./secretTexts";

const kind = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]{0,62}$/, "must be a kind as manifests have it, such as StatefulSet");

const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
    "must be the name of an object: lower-case letters, digits, dashes and dots",
  );

const changes = patchOf(
  z
    .string()
    .regex(
      /^\/metadata\/(annotations|labels)\/[^/]+$|^\/(?!(apiVersion|kind|metadata|status)(\/|$))[^/]+(\/|$)/,
      "must begin with /metadata/annotations/, /metadata/labels/ or a field as /spec or /data: the object's kind, name and namespace stay",
    ),
  "/spec/template/spec/…",
  "A change of the object, as JSON Patch (RFC 6902).",
);

/** Schema of an item of a stack's `transform`. */
export const objectTransform = z
  .strictObject({
    kind: kind.meta({ description: "Kind of the object, such as StatefulSet." }),
    name: objectName.meta({ description: "Its name, as `npm run preview -- --out` writes it." }),
    namespace: label.optional().meta({
      description:
        "Its namespace. Default: that of the one object of this kind and name; with several it is required.",
    }),
    patch: z
      .array(changes)
      .min(1, "must have a change")
      .meta({ description: "Its changes, in their order." }),
  })
  .meta({ description: "Changes of one object." });

export type ObjectTransformConfig = z.output<typeof objectTransform>;

/** Kinds that are changed elsewhere, and where. */
const elsewhere: Readonly<Record<string, string>> = {
  DynamoGraphDeployment:
    "a graph has a transform of its own, which is checked against its plan: dynamo:graphs[].transform",
  Release: "what Helm makes of the platform is changed by its values: dynamo:platform.install.values",
};

/** Checks what no transform may change, whatever the stack makes. */
export function checkTransforms(
  { transform }: { readonly transform: readonly ObjectTransformConfig[] },
  isSound: IsSound,
  report: ReportMistake,
): void {
  if (!Array.isArray(transform)) return;
  for (const [i, item] of transform.entries()) {
    const here = ["transform", i];
    if (!isSound(...here)) continue;
    const instead = own(elsewhere, item.kind);
    if (instead !== undefined) report([...here, "kind"], `can't be ${item.kind}: ${instead}`);
    else
      for (const [j, change] of item.patch.entries()) {
        const mistake = mistakeOf(item.kind, change);
        if (mistake) report([...here, "patch", j, mistake[0]], mistake[1]);
      }
  }
}

type Change = ObjectTransformConfig["patch"][number];

function mistakeOf(kind: string, change: Change): [key: "path" | "value", message: string] | undefined {
  const keys = keysOf(change.path);
  const [root, part, key = ""] = keys;
  if (root === "metadata" && /^(pulumi-)?dynamo\//.test(key))
    return ["path", `leads to ${key}, by which the program knows what is its own: remove it`];
  if (root === "metadata" && part === "labels" && key === "app.kubernetes.io/managed-by")
    return ["path", `leads to ${key}, which would give the object to another keeper: remove it`];
  if (kind === "Secret" && root !== "metadata")
    return [
      "path",
      "leads into a Secret, of which only labels and annotations may change: have a Secret of your own, and refer to it",
    ];
  if ("value" in change && secretsIn(change.value, keys).length > 0)
    return [
      "value",
      "is a secret in plain text: put it in a Secret of the cluster, refer to that, and revoke this one",
    ];
  return undefined;
}
