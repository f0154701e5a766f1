/**
 * The GPU limits as the API server itself holds them, for what reaches a cluster by no pull request: ValidatingAdmissionPolicies in CEL, which
 * see one object at a time and no other.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import type { EnforcementLevel } from "@pulumi/policy";
import { onlyKinds, variables } from "./admissionCel";

/** What the rules of a stack allow of GPUs, with the level of each. */
export interface AdmissionLimits {
  readonly "gpu-budget": { readonly level: EnforcementLevel; readonly settings: { readonly gpus: number } };
  readonly "gpu-limits": {
    readonly level: EnforcementLevel;
    readonly settings: { readonly perPod: number; readonly perComponent: number };
  };
  readonly "gpu-kinds": {
    readonly level: EnforcementLevel;
    readonly settings: { readonly resources: readonly string[] };
  };
}

interface Scope {
  /** Names the policies. */
  readonly stack: string;
  /** Namespace in which they hold. @default undefined: in all */
  readonly namespace: string | undefined;
}

const apiVersion = "admissionregistration.k8s.io/v1";

interface Validation {
  readonly expression: string;
  readonly messageExpression: string;
}

const atMost = (variable: string, limit: number, what: string): Validation => ({
  expression: `variables.${variable} <= ${limit}`,
  messageExpression: `'${what} takes ' + string(variables.${variable}) + ' GPUs, and the limit is ${limit}'`,
});

/** The policies, each with its binding. A rule that is disabled has none, and one that is advisory warns. */
export function admissionPolicies(limits: AdmissionLimits, { stack, namespace }: Scope): object[] {
  const { gpus } = limits["gpu-budget"].settings;
  const { resources } = limits["gpu-kinds"].settings;
  const { perPod, perComponent } = limits["gpu-limits"].settings;
  const validations: Record<keyof AdmissionLimits, Validation[]> = {
    "gpu-budget": [atMost("total", gpus, "it")],
    "gpu-limits": [
      atMost("largestPod", perPod, "a pod of it"),
      atMost("largestComponent", perComponent, "a component of it"),
    ],
    "gpu-kinds": [
      {
        expression: onlyKinds(resources),
        messageExpression: JSON.stringify(
          `it asks for GPUs of other kinds, and only ${resources.join(", ")} is allowed`,
        ),
      },
    ],
  };
  return (Object.keys(validations) as (keyof AdmissionLimits)[]).flatMap((rule) => {
    const { level } = limits[rule];
    if (level === "disabled") return [];
    const name = `${rule}.${partOfName(stack)}.dynamo-guard`;
    return [
      {
        apiVersion,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          failurePolicy: "Fail",
          matchConstraints: { resourceRules },
          matchConditions,
          variables,
          validations: validations[rule].map((one) => ({ ...one, reason: "Forbidden" })),
        },
      },
      {
        apiVersion,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: {
          policyName: name,
          validationActions: level === "advisory" ? ["Warn", "Audit"] : ["Deny"],
          ...(namespace !== undefined && {
            matchResources: {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            },
          }),
        },
      },
    ];
  });
}

/** A name of a stack or file as a part of an object's, which has no capitals, and dots and dashes between others alone. */
const partOfName = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/(?!\.[a-z0-9])[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

const resourceRules = Object.entries({
  "": ["pods", "replicationcontrollers"],
  apps: ["deployments", "replicasets", "statefulsets", "daemonsets"],
  batch: ["jobs", "cronjobs"],
  "nvidia.com": ["dynamographdeployments", "dynamocomponentdeployments"],
  "resource.k8s.io": ["resourceclaims", "resourceclaimtemplates"],
}).map(([group, resources]) => ({
  apiGroups: [group],
  apiVersions: ["*"],
  operations: ["CREATE", "UPDATE"],
  resources,
}));

/** What is there already may go on: its status and its finalizers, and the way out, are not held up. */
const matchConditions = [
  {
    name: "spec-changes",
    expression:
      "oldObject == null || !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec",
  },
];
