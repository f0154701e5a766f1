/** The routes to a graph's frontend, which stay the same while one graph takes the place of another. */
import type { ExposeConfig } from "../../config/expose";
import { componentTypeLabel, graphLabel } from "./labels";

/** Port of frontends. */
export const frontendPort = 8000;

/** The Service of a graph's frontends, whichever its type: clients in the cluster use its name. */
export const frontendServiceName = (graph: string) => `${graph}-frontend-np`;

/** A graph's frontend, and who may reach it. */
export interface FrontendPlan {
  readonly graph: string;
  readonly namespace: string;
  /** The deployment whose frontends answer now. */
  readonly deployment: string;
  readonly expose: ExposeConfig | undefined;
}

/** The Service of a graph's frontends. */
export function frontendService({ graph, namespace, deployment, expose }: FrontendPlan) {
  const http = { name: "http", port: frontendPort, targetPort: "http", protocol: "TCP" };
  const isOpen = expose?.type === "NodePort" || expose?.type === "LoadBalancer";
  return {
    metadata: { name: frontendServiceName(graph), namespace },
    spec: {
      type: isOpen ? expose.type : "ClusterIP",
      selector: {
        [componentTypeLabel]: "frontend",
        [graphLabel]: deployment,
      },
      ports: [expose?.type === "NodePort" ? { ...http, nodePort: expose.nodePort } : http],
      ...(expose?.type === "LoadBalancer" && { loadBalancerSourceRanges: expose.sourceRanges }),
    },
  };
}

/** The Ingress or HTTPRoute to that Service; undefined where neither is asked for. */
export function frontendRoute({ graph, namespace, expose }: FrontendPlan) {
  const metadata = { name: `${graph}-frontend`, namespace };
  const service = frontendServiceName(graph);
  switch (expose?.type) {
    case "Ingress":
      return {
        apiVersion: "networking.k8s.io/v1" as const,
        kind: "Ingress" as const,
        metadata,
        spec: {
          ...(expose.className !== undefined && { ingressClassName: expose.className }),
          ...(expose.tlsSecret !== undefined && {
            tls: [{ hosts: [expose.host], secretName: expose.tlsSecret }],
          }),
          rules: [
            {
              host: expose.host,
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: service, port: { name: "http" } } },
                  },
                ],
              },
            },
          ],
        },
      };
    case "Gateway":
      return {
        apiVersion: "gateway.networking.k8s.io/v1" as const,
        kind: "HTTPRoute" as const,
        metadata,
        spec: {
          parentRefs: [{ name: expose.gateway, namespace: expose.gatewayNamespace ?? namespace }],
          hostnames: [expose.host],
          rules: [{ backendRefs: [{ name: service, port: frontendPort }] }],
        },
      };
    default:
      return undefined;
  }
}

/**
 * URL of a graph for its clients.
 * @param address of the load balancer, which its cloud gives it
 */
export function endpointOf({ graph, namespace, expose }: FrontendPlan, address = "<load balancer>"): string {
  switch (expose?.type) {
    case undefined:
      return `http://${frontendServiceName(graph)}.${namespace}:${frontendPort}`;
    case "NodePort":
      return `http://<any node>:${expose.nodePort}`;
    case "LoadBalancer":
      return `http://${address}:${frontendPort}`;
    case "Ingress":
      return `${expose.tlsSecret === undefined ? "http" : "https"}://${expose.host}`;
    case "Gateway":
      return `http://${expose.host}`; // whether it has TLS is the Gateway's own matter
    default:
      return expose satisfies never;
  }
}
