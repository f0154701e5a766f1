import type { ApiConstructor, ApiType, KubeConfig } from "@kubernetes/client-node";

/**
 * A way to the cluster for hooks, which run while an update does: the kubeconfig that kubectl would take.
 * @param context of the kubeconfig. Default: the current one.
 */
export async function connect(context: string | undefined) {
  // Loaded when needed, and not before: a preview has no use for it.
  const client = await import("@kubernetes/client-node");
  const config: KubeConfig = new client.KubeConfig();
  config.loadFromDefault();
  if (context !== undefined) config.setCurrentContext(context);
  return {
    client,
    config,
    api: <T extends ApiType>(type: ApiConstructor<T>): T => config.makeApiClient(type),
  };
}
