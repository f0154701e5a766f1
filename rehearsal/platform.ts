/** Objects that the program expects of a cluster's platform, made by the rehearsal in its place. */
import { CoreV1Api } from "@kubernetes/client-node";
import type { StackPlan } from "../plan/stack";
import { apiClient } from "./clients";

/** Makes the namespaces of graphs and clients, and the Secrets that graphs refer to, unless the stack makes them itself. */
export async function preparePlatform(
  kubeconfig: string,
  { namespace, discovery, huggingFaceSecrets }: StackPlan,
  stackMakesSecrets: boolean,
): Promise<void> {
  const core = apiClient(kubeconfig, CoreV1Api);
  const make = (name: string) => core.createNamespace({ body: { metadata: { name } } });
  for (const client of discovery.servers?.clientNamespaces ?? []) await make(client);
  if (namespace.create) return; // then the Secrets are the stack's too, or its pods wait for them
  await make(namespace.name);
  if (stackMakesSecrets) return;
  for (const name of huggingFaceSecrets)
    await core.createNamespacedSecret({
      namespace: namespace.name,
      body: { metadata: { name }, stringData: { HF_TOKEN: "rehearsal" } },
    });
}
