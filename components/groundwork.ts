/** What a stack's graphs need before they are made. */
import * as core from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";
import { budgetQuota } from "../plan/budget";
import type { StackPlan } from "../plan/stack";
import { DiscoveryPlane } from "./discoveryPlane";
import { owned } from "./hooks/ownership";
import { HuggingFaceSecrets } from "./huggingFaceSecrets";
import { Platform } from "./platform";

export interface Groundwork {
  readonly discovery: DiscoveryPlane;
  /** All that graphs wait for. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * The graphs' namespace, the platform, the discovery plane, the budget's quota and the Secrets of Hugging Face, as far as the plan
 * has them.
 */
export function groundwork(
  plan: StackPlan,
  token: pulumi.Output<string> | undefined,
  provider: pulumi.ProviderResource,
): Groundwork {
  const { name: namespace, create } = plan.namespace;
  const own = (name: string) => owned(name, { provider });
  const made: pulumi.Resource[] = [];
  if (create) made.push(new core.Namespace("namespace", { metadata: { name: namespace } }, own("namespace")));
  const inNamespace = { provider, dependsOn: [...made] };
  if (plan.platform) {
    const opts = plan.platform.namespace === namespace ? inNamespace : { provider };
    made.push(new Platform("platform", { plan: plan.platform }, opts));
  }
  const discovery = new DiscoveryPlane("discovery", { plan: plan.discovery, namespace }, inNamespace);
  made.push(discovery);
  if (plan.gpus.budget !== undefined) {
    const quota = budgetQuota(namespace, plan.gpus);
    made.push(new core.ResourceQuota("gpu-budget", quota, { ...own("gpu-budget"), ...inNamespace }));
  }
  if (token) {
    const secrets = { namespace, names: plan.huggingFaceSecrets, token };
    made.push(new HuggingFaceSecrets("hugging-face", secrets, inNamespace));
  }
  return { discovery, dependsOn: made };
}
