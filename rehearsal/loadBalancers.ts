/** A cloud's load balancers, simulated: an address for each Service that asks for one. */
import { CoreV1Api, type V1Service } from "@kubernetes/client-node";
import { clusterConfig } from "./clients";
import { watchObjects } from "./watchObjects";

/** Documentation addresses (RFC 5737): nobody owns them, and no traffic passes. */
const documentationAddress = (index: number) => `203.0.113.${(index % 254) + 1}`;

/** @param addressOf - where the Service is reached; by default nowhere */
export async function startLoadBalancers(
  kubeconfig: string,
  addressOf?: (namespace: string, name: string) => string,
): Promise<{ stop(): Promise<void> }> {
  const config = clusterConfig(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  let assigned = 0;
  function assign(service: V1Service) {
    const { name = "", namespace = "" } = service.metadata ?? {};
    if (service.spec?.type !== "LoadBalancer" || service.status?.loadBalancer?.ingress) return;
    const ip = addressOf?.(namespace, name) ?? documentationAddress(assigned++);
    const ingress = [{ ip, ipMode: "VIP" }];
    const body = { ...service, status: { ...service.status, loadBalancer: { ingress } } };
    core.replaceNamespacedServiceStatus({ name, namespace, body }).catch(() => {}); // changed meanwhile: it comes again
  }
  return watchObjects(config, "/api/v1/services", () => core.listServiceForAllNamespaces(), { seen: assign });
}
