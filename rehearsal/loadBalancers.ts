/** A cloud's load balancers, simulated: an address for each Service that asks for one. No traffic passes. */
import { CoreV1Api, KubeConfig, makeInformer, type V1Service } from "@kubernetes/client-node";

/** Documentation addresses (RFC 5737): nobody owns them. */
const address = (index: number) => `203.0.113.${(index % 254) + 1}`;

export async function startLoadBalancers(kubeconfig: string): Promise<{ stop(): Promise<void> }> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const informer = makeInformer(config, "/api/v1/services", () => core.listServiceForAllNamespaces());
  let assigned = 0;
  const assign = (service: V1Service) => {
    const { name = "", namespace = "" } = service.metadata ?? {};
    if (service.spec?.type !== "LoadBalancer" || service.status?.loadBalancer?.ingress) return;
    const ingress = [{ ip: address(assigned++), ipMode: "VIP" }];
    const body = { ...service, status: { ...service.status, loadBalancer: { ingress } } };
    core.replaceNamespacedServiceStatus({ name, namespace, body }).catch(() => {}); // changed meanwhile: it comes again
  };
  informer.on("add", assign);
  informer.on("update", assign);
  let restart: NodeJS.Timeout | undefined;
  informer.on("error", () => {
    restart = setTimeout(() => informer.start(), 1000);
  });
  await informer.start();
  return {
    stop: async () => {
      await informer.stop();
      clearTimeout(restart);
    },
  };
}
