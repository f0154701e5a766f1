/** The routes to a graph's frontend, which stay the same while one graph takes the place of another. */
import type { ExposeConfig } from "../../config/expose";
import { componentClassLabel, componentTypeLabel, graphLabel } from "./labels";

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
  /** InferencePool of the frontends beside its engines. @default they have pods of their own */
  readonly pool?: string | undefined;
  readonly expose: ExposeConfig | undefined;
}

/** The Service of a graph's frontends. */
export function frontendService({ graph, namespace, deployment, pool, expose }: FrontendPlan) {
  const http = { name: "http", port: frontendPort, targetPort: "http", protocol: "TCP" };
  const isOpen = expose?.type === "NodePort" || expose?.type === "LoadBalancer";
  const { annotations, externalTrafficPolicy, ipFamilyPolicy, ipFamilies } = isOpen
    ? expose
    : ({} as ServiceSettings);
  return {
    metadata: { name: frontendServiceName(graph), namespace, ...(annotations && { annotations }) },
    spec: {
      type: isOpen ? expose.type : "ClusterIP",
      ...(externalTrafficPolicy && { externalTrafficPolicy }),
      ...(ipFamilyPolicy && { ipFamilyPolicy }),
      ...(ipFamilies && { ipFamilies }),
      selector: {
        ...(pool === undefined ? { [componentTypeLabel]: "frontend" } : { [componentClassLabel]: "worker" }),
        [graphLabel]: deployment,
      },
      ports: [expose?.type === "NodePort" ? { ...http, nodePort: expose.nodePort } : http],
      ...(expose?.type === "LoadBalancer" && {
        loadBalancerSourceRanges: expose.sourceRanges,
        ...(expose.loadBalancerClass !== undefined && { loadBalancerClass: expose.loadBalancerClass }),
      }),
    },
  };
}

type ServiceSettings = Partial<Extract<ExposeConfig, { type: "NodePort" }>>;

/**
 * What ingress-nginx needs so that it cuts off no answer that takes more than a minute, its default, and no prompt of more than
 * 1 MiB, such as one with an image: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
const forNginx = {
  "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
  "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
  "nginx.ingress.kubernetes.io/proxy-body-size": "64m",
};

const withAnnotations = (annotations: Readonly<Record<string, string>>) =>
  Object.keys(annotations).length > 0 ? { annotations } : {};

/** The Ingress or HTTPRoute to that Service; undefined where neither is asked for. */
export function frontendRoute({ graph, namespace, pool, expose }: FrontendPlan) {
  const metadata = { name: `${graph}-frontend`, namespace };
  const service = frontendServiceName(graph);
  switch (expose?.type) {
    case "Ingress":
      return {
        apiVersion: "networking.k8s.io/v1" as const,
        kind: "Ingress" as const,
        metadata: {
          ...metadata,
          ...withAnnotations({ ...(expose.className === "nginx" && forNginx), ...expose.annotations }),
        },
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
        metadata: { ...metadata, ...withAnnotations({ ...expose.annotations }) },
        spec: {
          parentRefs: [
            {
              name: expose.gateway,
              namespace: expose.gatewayNamespace ?? namespace,
              ...(expose.listener !== undefined && { sectionName: expose.listener }),
            },
          ],
          hostnames: [expose.host],
          rules: [
            {
              backendRefs: [
                pool === undefined
                  ? { name: service, port: frontendPort }
                  : { group: "inference.networking.k8s.io", kind: "InferencePool", name: pool },
              ],
              ...(expose.requestTimeout !== undefined && { timeouts: { request: expose.requestTimeout } }),
            },
          ],
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
export function endpointOf(
  { graph, namespace, pool, expose }: FrontendPlan,
  address = "<load balancer>",
): string {
  switch (expose?.type) {
    case undefined:
      if (pool !== undefined) return `http://<a Gateway's host with a route to InferencePool ${pool}>`;
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
