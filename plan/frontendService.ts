/** The Service by which clients outside the cluster reach a graph's frontend. */
import type { ExposeConfig } from "../config/schema";
import type { DynamoGraphDeployment } from "./dynamoGraphDeployment";
import type { GraphPlan } from "./graph";

const port = 8000;

export function frontendService(graph: string, deployment: DynamoGraphDeployment, expose: ExposeConfig) {
  const { name, namespace } = deployment.metadata;
  const http = { name: "http", port, targetPort: "http", protocol: "TCP" };
  return {
    metadata: { name: `${graph}-frontend-np`, namespace },
    spec: {
      type: expose.type,
      selector: {
        "nvidia.com/dynamo-component-type": "frontend",
        "nvidia.com/dynamo-graph-deployment-name": name,
      },
      ports: [expose.type === "NodePort" ? { ...http, nodePort: expose.nodePort } : http],
      ...(expose.type === "LoadBalancer" && { loadBalancerSourceRanges: expose.sourceRanges }),
    },
  };
}

/**
 * Where clients find a graph.
 * @param address of the load balancer, which only its cloud knows, once it is there.
 */
export function endpointOf(
  { deployment, components, expose }: GraphPlan,
  address = "<load balancer>",
): string {
  switch (expose?.type) {
    case undefined: {
      // The operator's own Service, for clients in the cluster.
      const frontend = components.find(({ type }) => type === "frontend")?.component.toLowerCase();
      return `http://${deployment.metadata.name}-${frontend}.${deployment.metadata.namespace}:${port}`;
    }
    case "NodePort":
      return `http://<any node>:${expose.nodePort}`;
    case "LoadBalancer":
      return `http://${address}:${port}`;
    default:
      return expose satisfies never;
  }
}
