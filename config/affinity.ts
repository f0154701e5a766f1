/** Kubernetes' affinity of pods to nodes and to other pods: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
import { z } from "zod";
import { label, labelKey, labelValue, whole } from "./fields";
import { describeIssue, placesOf } from "./messages";

const requirement = z
  .strictObject({
    key: labelKey,
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    values: z.array(labelValue).optional(),
  })
  .refine(({ operator, values = [] }) => /Exist/.test(operator) === (values.length === 0), {
    path: ["values"],
    error: "are of the operators In, NotIn, Gt and Lt, which need one at least, and of no other",
  });

const nodeTerm = z.strictObject({
  matchExpressions: z.array(requirement).optional(),
  matchFields: z.array(requirement).optional(),
});

const selector = z.strictObject({
  matchLabels: z.record(labelKey, labelValue).optional(),
  matchExpressions: z.array(requirement).optional(),
});

const podTerm = z.strictObject({
  labelSelector: selector.optional(),
  namespaceSelector: selector.optional(),
  namespaces: z.array(label).optional(),
  topologyKey: labelKey,
});

const weight = whole(1, 100);

const amongPods = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTerm }))
    .optional(),
});

const shape = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodeTerm).min(1, "must list at least one term") })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight, preference: nodeTerm }))
        .optional(),
    })
    .optional(),
  podAffinity: amongPods.optional(),
  podAntiAffinity: amongPods.optional(),
});

/** Schema of an affinity. To editors and other languages it is any object: some of its fields have one name and two shapes. */
export const affinity = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  for (const issue of shape.safeParse(value, { error: describeIssue }).error?.issues ?? [])
    for (const path of placesOf(issue))
      context.addIssue({ code: "custom", path, message: issue.message, input: value });
});
