/** Objects that the program expects of a cluster's platform, made by the rehearsal in its place. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { StackPlan } from "../plan/stack";
import { apiClient } from "./clients";

/** Makes the graphs' namespace and the Secrets that they refer to, unless the stack makes them itself. */
export async function preparePlatform(
  kubeconfig: string,
  { namespace, huggingFaceSecrets }: StackPlan,
  stackMakesSecrets: boolean,
): Promise<void> {
  if (namespace.create) return; // then the Secrets are the stack's too, or its pods wait for them
  const core = apiClient(kubeconfig, CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: namespace.name } } });
  if (stackMakesSecrets) return;
  for (const name of huggingFaceSecrets)
    await core.createNamespacedSecret({
      namespace: namespace.name,
      body: { metadata: { name }, stringData: { HF_TOKEN: "rehearsal" } },
    });
}
