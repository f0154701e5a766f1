/** What operators give the containers of each type of component. */
import type { V1Container, V1Probe } from "@kubernetes/client-node";
import {
  type ComponentSpec,
  dynamoNamespace,
  type GraphResource,
  isWorker,
  type OperatorRelease,
  type StringMap,
  workerHash,
} from "./graphResource";

/** Fields of a container, and env by name. */
export type Defaults = Partial<V1Container> & { variables: StringMap };

const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: "TCP" });

/** Times are in seconds. */
const probe = (
  path: string,
  port: string,
  periodSeconds: number,
  timeoutSeconds: number,
  failureThreshold: number,
) => ({ httpGet: { path, port }, periodSeconds, timeoutSeconds, failureThreshold }) satisfies V1Probe;

const systemProbes = {
  livenessProbe: probe("/live", "system", 5, 4, 1),
  readinessProbe: probe("/health", "system", 10, 4, 3),
  // Two hours, in which a worker may load its model.
  startupProbe: probe("/live", "system", 10, 5, 720),
};

/** Those of a frontend, also of one beside an engine. */
export function frontendDefaults(release: OperatorRelease, namespace: string): Defaults {
  return {
    command: ["python3"],
    args: ["-m", "dynamo.frontend"],
    ports: [port("http", 8000)],
    livenessProbe: { ...probe("/live", "http", 10, 1, 3), initialDelaySeconds: 15 },
    readinessProbe: { ...probe("/health", "http", 10, 3, 3), initialDelaySeconds: 10 },
    variables: {
      DYNAMO_PORT: "8000",
      DYN_HTTP_PORT: "8000",
      ...(release === "1.4" && { DYN_NAMESPACE_PREFIX: namespace }),
    },
  };
}

function workerDefaults(release: OperatorRelease, graph: GraphResource): Defaults {
  const newer: StringMap = {
    NIXL_TELEMETRY_ENABLE: "n",
    NIXL_TELEMETRY_EXPORTER: "prometheus",
    NIXL_TELEMETRY_PROMETHEUS_PORT: "19090",
    DYN_FORWARDPASS_METRIC_PORT: "20380",
    DYN_NAMESPACE_WORKER_SUFFIX: workerHash(graph),
  };
  return {
    ports: release === "1.4" ? [port("system", 9090), port("nixl", 19090)] : [port("system", 9090)],
    ...systemProbes,
    variables: {
      DYN_SYSTEM_ENABLED: "true",
      DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
      DYN_SYSTEM_PORT: "9090",
      DYN_HEALTH_CHECK_ENABLED: "false",
      ...(release === "1.4" && newer),
    },
  };
}

function plannerDefaults(release: OperatorRelease): Defaults {
  const variables = { PLANNER_PROMETHEUS_PORT: "9085" };
  if (release === "0.8") return { ports: [port("metrics", 9085)], variables };
  const ports = [port("metrics", 9085), port("system", 9090)];
  return { ports, ...systemProbes, variables: { ...variables, DYN_SYSTEM_PORT: "9090" } };
}

/** Of an Endpoint Picker, which a Gateway asks at its first port (component_epp.go). */
const pickerDefaults: Defaults = {
  command: [],
  ports: [port("grpc", 9002), port("grpc-health", 9003), port("metrics", 9090)],
  variables: {},
};

/** Those of a component's main container. */
export function defaultsOf(
  graph: GraphResource,
  component: ComponentSpec,
  release: OperatorRelease,
): Defaults {
  if (component.componentType === "frontend")
    return frontendDefaults(release, dynamoNamespace(graph, component));
  if (component.componentType === "planner") return plannerDefaults(release);
  if (component.componentType === "epp") return pickerDefaults;
  return isWorker(component) ? workerDefaults(release, graph) : { variables: {} };
}
