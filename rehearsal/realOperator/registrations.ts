/** The webhooks that are registered with a real operator, by its release. */
import type { V1MutatingWebhook, V1RuleWithOperations } from "@kubernetes/client-node";
import { type ReleaseLine, releaseLines } from "../../config/runtime/release";
import { clientConfig, type WebhookServer } from "./webhookServer";

/** A webhook as its chart registers it. */
interface Registration {
  readonly kind: "validating" | "mutating";
  /** First release line that has it. */
  readonly since: ReleaseLine;
  /** First release line that has it no more. @default all newer ones have it */
  readonly until?: ReleaseLine;
  readonly name: string;
  readonly path: string;
  readonly rule: V1RuleWithOperations;
  /** Whether it is not asked of versions that convert to the rule's. @default it is */
  readonly exact?: boolean;
  /** Whether the object is made where it does not answer. @default it is refused */
  readonly optional?: boolean;
}

const rule = (plural: string, version: string, ...operations: string[]): V1RuleWithOperations => ({
  apiGroups: ["nvidia.com"],
  apiVersions: [version],
  resources: [plural],
  operations,
});
const graphs = "dynamographdeployments";
const components = "dynamocomponentdeployments";

/**
 * Those for kinds that a stack or its operator makes; the chart has more, for models, checkpoints and requests.
 * @see deploy/helm/charts/platform/components/operator/templates/webhook-configuration.yaml of ai-dynamo/dynamo, at the commits
 *   from which 1.0 to 1.4 were cut, and shortly before 1.5; newer ones are taken for as that
 */
const registrations: readonly Registration[] = [
  {
    kind: "validating",
    since: "1.0",
    until: "1.5",
    name: "vdynamocomponentdeployment.kb.io",
    path: "/validate-nvidia-com-v1alpha1-dynamocomponentdeployment",
    rule: rule(components, "v1alpha1", "CREATE", "UPDATE"),
  },
  {
    kind: "validating",
    since: "1.5",
    name: "vdynamocomponentdeployment.kb.io",
    path: "/validate/nvidia.com/v1beta1/dynamocomponentdeployments",
    rule: rule(components, "v1beta1", "CREATE", "UPDATE"),
  },
  {
    kind: "validating",
    since: "1.0",
    until: "1.3",
    name: "vdynamographdeployment.kb.io",
    path: "/validate-nvidia-com-v1alpha1-dynamographdeployment",
    rule: rule(graphs, "v1alpha1", "CREATE", "UPDATE"),
  },
  {
    kind: "validating",
    since: "1.3",
    name: "vdynamographdeployment.kb.io",
    path: "/validate/nvidia.com/v1beta1/dynamographdeployments",
    rule: rule(graphs, "v1beta1", "CREATE", "UPDATE"),
  },
  {
    kind: "mutating",
    since: "1.0",
    until: "1.3",
    name: "mdynamographdeployment.kb.io",
    path: "/mutate-nvidia-com-v1alpha1-dynamographdeployment",
    rule: rule(graphs, "v1alpha1", "CREATE"),
  },
  {
    kind: "mutating",
    since: "1.3",
    name: "mdynamographdeployment.kb.io",
    path: "/mutate/nvidia.com/v1beta1/dynamographdeployments",
    rule: rule(graphs, "v1beta1", "CREATE", "UPDATE"),
  },
  {
    kind: "mutating",
    since: "1.2",
    until: "1.3",
    name: "mdynamocomponentdeploymentv1beta1.kb.io",
    path: "/mutate-nvidia-com-v1beta1-dynamocomponentdeployment",
    rule: rule(components, "v1beta1", "CREATE"),
    exact: true,
  },
  {
    kind: "mutating",
    since: "1.3",
    name: "mdynamocomponentdeploymentv1beta1.kb.io",
    path: "/mutate-nvidia-com-v1beta1-dynamocomponentdeployment",
    rule: rule(components, "v1beta1", "CREATE", "UPDATE"),
    exact: true,
  },
  {
    kind: "mutating",
    since: "1.3",
    name: "mpodcheckpointrestore.kb.io",
    path: "/mutate-core-v1-pod-checkpoint-restore",
    rule: { apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE"] },
    optional: true,
  },
];

const isOf = (line: ReleaseLine, { since, until }: Registration) =>
  releaseLines.indexOf(since) <= releaseLines.indexOf(line) &&
  (until === undefined || releaseLines.indexOf(line) < releaseLines.indexOf(until));

/** The webhooks of one kind of an operator's release, at its server. */
export function webhooksOf(
  line: ReleaseLine,
  kind: Registration["kind"],
  server: WebhookServer,
): V1MutatingWebhook[] {
  return registrations
    .filter((one) => one.kind === kind && isOf(line, one))
    .map(({ name, path, rule, exact, optional }) => ({
      name,
      admissionReviewVersions: ["v1"],
      clientConfig: clientConfig(server, path),
      failurePolicy: optional ? "Ignore" : "Fail",
      matchPolicy: exact ? "Exact" : "Equivalent",
      rules: [rule],
      sideEffects: "None",
      timeoutSeconds: 10,
    }));
}
