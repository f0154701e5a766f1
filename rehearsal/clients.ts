import { type ApiConstructor, type ApiType, KubeConfig } from "@kubernetes/client-node";

/** A client of one API group of the cluster that a kubeconfig file names. */
export function apiClient<T extends ApiType>(kubeconfig: string, api: ApiConstructor<T>): T {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(api);
}
