import type { V1Service } from "@kubernetes/client-node";
import type { Orchestrator } from "../../config/runtime/runtime";
import { childMetadata } from "./access";
import {
  type ComponentSpec,
  componentDeployment,
  componentTypeOf,
  discoversByKubernetes,
  dynamoNamespace,
  type GraphResource,
  labels,
  type OperatorRelease,
  type StringMap,
} from "./graphResource";
import { discoveryLabels, metadataOf } from "./metadata";
import { madeBy } from "./orchestrator/choice";

/** Services that lead to a component's pods. */
export function componentServices(
  graph: GraphResource,
  name: string,
  component: ComponentSpec,
  { release, orchestrator }: { release: OperatorRelease; orchestrator?: Orchestrator },
): V1Service[] {
  const by = madeBy(orchestrator, graph, component);
  const fullName =
    by === "grove"
      ? `${graph.metadata.name}-${name.toLowerCase()}`
      : componentDeployment(graph, name, component, release);
  const { noted, objects } = metadataOf(graph, name, component, { release, selector: fullName });
  const byKubernetes = discoversByKubernetes(noted);
  const isFrontend = component.componentType === "frontend";
  const port = isFrontend ? { name: "http", port: 8000 } : { name: "system", port: 9090 };
  const selector = {
    [labels.type]: componentTypeOf(component, release),
    [labels.namespace]: dynamoNamespace(graph, component),
    ...(release === "1.4" && { [labels.component]: name }),
    ...(by === "leaderworkerset" && { role: "leader" }),
  };
  // Recorded of 1.4 with Grove: the Service bears nothing but what discovery goes by.
  const isBare = by === "grove" && release === "1.4";
  const service = (serviceName: string, more?: StringMap): V1Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: childMetadata(graph, serviceName, {
      annotations: isBare ? {} : objects.annotations,
      labels: {
        ...(!isBare && objects.labels),
        ...(byKubernetes && discoveryLabels(component, release)),
      },
    }),
    spec: {
      ports: [{ ...port, targetPort: port.name, protocol: "TCP" }],
      selector: { ...selector, ...more },
    },
  });
  const isFound = byKubernetes || isFrontend;
  if (release === "1.4" || by === "grove") return isFound ? [service(fullName.replaceAll(".", "-"))] : [];
  const production = service(`${fullName}-p`);
  const debug = service(`${fullName}-d`, { [labels.target]: "debug" });
  return [service(fullName), ...(isFound ? [production, debug] : [])];
}

/** Grove's own, by which the pods of a graph find each other before they are Ready. */
export function headlessService(graph: GraphResource): V1Service {
  const name = `${graph.metadata.name}-0`;
  const selector = {
    "app.kubernetes.io/managed-by": "grove-operator",
    "app.kubernetes.io/part-of": graph.metadata.name,
    "grove.io/podcliqueset-replica-index": "0",
  };
  const own = { "app.kubernetes.io/component": "pcs-headless-service", "app.kubernetes.io/name": name };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: childMetadata(graph, name, { labels: { ...own, ...selector } }),
    spec: { clusterIP: "None", publishNotReadyAddresses: true, selector },
  };
}
