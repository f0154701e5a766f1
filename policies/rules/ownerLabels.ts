import { z } from "zod";
import { labelKey, labelValue } from "../../config/fields";
import { at, nameOf, notKnown, record, text } from "../../gpus/manifest";
import { type ClusterObject, clusterObject } from "../clusterObject";
import { objectRule, settingsOf } from "../rule";

type Labels = Readonly<Record<string, string>>;

const rule = objectRule({
  name: "owner-labels",
  description: "Objects carry the labels by which their owner is found and their cost is allotted.",
  severity: "low",
  level: "remediate",
  remedy: "Write the labels, or leave the level at remediate, which adds them.",
  settings: z.strictObject({
    labels: z
      .record(labelKey, labelValue)
      .default({})
      .describe("Labels and their values, such as team and cost-center."),
  }),
  check(object, { labels }, report) {
    for (const [label, value] of missing(object, labels))
      report(`${nameOf(object.manifest)} has no label ${label}: write ${value}`);
  },
});

/** Adds what is missing to the object, and leaves labels that are there alone. */
export const ownerLabels: typeof rule = {
  ...rule,
  remediateResource: (args) => {
    const { labels } = settingsOf(rule, args, () => {}) ?? { labels: {} };
    const object = clusterObject(args);
    const added = object ? missing(object, labels) : [];
    if (added.length === 0) return undefined;
    const { props } = args;
    // In place: of a copy, Pulumi would no longer know which values are secret.
    props.metadata ??= {};
    props.metadata.labels ??= {};
    for (const [label, value] of added) props.metadata.labels[label] = value;
    return props;
  },
};

/** Labels that an object lacks. What a patch changes is of another owner; neither Helm releases nor lists have labels. */
function missing({ manifest }: ClusterObject, labels: Labels): [string, string][] {
  const present = at(manifest, "metadata", "labels");
  const isBare = /Patch$|^Release$/.test(text(manifest.kind)) || manifest.items !== undefined;
  if (present === notKnown || isBare) return [];
  return Object.entries(labels).filter(([label]) => !Object.hasOwn(record(present), label));
}
