import type { ResourceValidationPolicy } from "@pulumi/policy";
import { z } from "zod";
import { record } from "../../plan/manifest";
import { clusterObject } from "../clusterObject";
import { describe, settingsOf } from "../rule";

const rule = {
  name: "owner-labels",
  description: "Objects carry the labels by which their owner is found and their cost is told.",
  severity: "low",
  level: "remediate",
  remedy: "None: the labels are added.",
  settings: z.object({
    labels: z
      .record(z.string(), z.string())
      .default({})
      .describe("Labels and their values, such as team and cost-center."),
  }),
} as const;

/** Adds what is missing to the object, and leaves labels that are there alone. */
export const ownerLabels: ResourceValidationPolicy = {
  ...describe(rule),
  remediateResource: (args) => {
    const { labels } = settingsOf(rule, args, () => {}) ?? { labels: {} };
    const { props } = args;
    const present = record(props.metadata?.labels);
    const missing = Object.keys(labels).some((label) => !(label in present));
    if (!missing || clusterObject(args) === undefined) return undefined;
    // In place: of a copy, Pulumi would no longer know which values are secret.
    props.metadata = { ...props.metadata, labels: { ...labels, ...present } };
    return props;
  },
  // Settings that can't be used are told; labels have been added before this.
  validateResource: (args, report) => void settingsOf(rule, args, report),
};
