/** Services beside a graph by which clients reach its frontend. */
import { at, list, type Manifest, record, text } from "../../gpus/manifest";
import { without } from "../../gpus/reading";
import { ofTools } from "./graphItself";
import { isSame } from "./same";
import type { Settings } from "./settings";

/** A Service that becomes a setting. */
export interface Exposed {
  readonly service: Manifest;
  /** Index of the graph. */
  readonly graph: number;
  readonly expose: Settings;
  /** What the setting does not say of it, in words. */
  readonly rest: readonly string[];
}

/** The Services of frontends, as `frontend.expose`: one for each graph. Those inside the cluster need none. */
export function exposeOf(beside: readonly Manifest[], graphs: readonly Manifest[]): Exposed[] {
  const found = beside.flatMap((service) => {
    const selector = record(at(service, "spec", "selector"));
    const isOfFrontends = Object.entries(selector).some(
      ([key, value]) => key.endsWith("component-type") && value === "frontend",
    );
    const graph = graphs.findIndex(({ metadata }) =>
      Object.values(selector).includes(text(at(metadata, "name"))),
    );
    const exposed = exposedBy(service);
    return service.kind === "Service" && isOfFrontends && graph >= 0 && exposed
      ? [{ service, graph, ...exposed }]
      : [];
  });
  return found.filter(({ graph }, i) => found.findIndex((one) => one.graph === graph) === i);
}

/** Values of the API and of the cluster, which say nothing. */
const saysNothing: Manifest = {
  ...{ sessionAffinity: "None", internalTrafficPolicy: "Cluster", allocateLoadBalancerNodePorts: true },
  ...{ protocol: "TCP", port: 8000, targetPort: "http" },
};
const ofCluster = ["clusterIP", "clusterIPs", "healthCheckNodePort"];

function exposedBy(service: Manifest): Pick<Exposed, "expose" | "rest"> | undefined {
  const { type, selector: _, ports, loadBalancerSourceRanges, ...spec } = record(service.spec);
  const settings = ["externalTrafficPolicy", "ipFamilyPolicy", "ipFamilies"];
  const { annotations, labels, name: __, namespace: ___, ...metadata } = record(service.metadata);
  const own = withoutTools(annotations);
  const said = {
    ...Object.fromEntries(settings.map((key) => [key, spec[key]]).filter(([, value]) => value !== undefined)),
    ...(Object.keys(own).length > 0 && { annotations: own }),
  };
  const [first, ...others] = list(ports);
  const { name: ____, nodePort, ...port } = record(first);
  const isNodePort = type === "NodePort";
  const balancer = { sourceRanges: loadBalancerSourceRanges, loadBalancerClass: spec.loadBalancerClass };
  if (!isNodePort && (type !== "LoadBalancer" || list(loadBalancerSourceRanges).length === 0))
    return undefined;
  const left = {
    ...(targetsPort(port) ? without(port, "targetPort") : port),
    // Clients ask a node's port, whatever the Service's own is.
    ...(isNodePort && {
      port: undefined,
      loadBalancerSourceRanges,
      loadBalancerClass: spec.loadBalancerClass,
    }),
    ...(others.length > 0 && { ports: others }),
    ...without(spec, ...settings, ...ofCluster, "loadBalancerClass"),
    ...(Object.keys(withoutTools(labels)).length > 0 && { labels: withoutTools(labels) }),
    ...without(metadata, ...ofServer),
  };
  return {
    expose: isNodePort
      ? { type, nodePort, ...said }
      : { type, ...JSON.parse(JSON.stringify(balancer)), ...said },
    rest: Object.entries(left)
      .filter(([key, value]) => value !== undefined && !isSame(saysNothing[key], value))
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
  };
}

/** Whether it leads to the port of frontends, by its name or number. */
const targetsPort = ({ targetPort, port }: Manifest) =>
  ["http", 8000].includes((targetPort ?? port) as string);

const withoutTools = (marks: unknown) =>
  Object.fromEntries(Object.entries(record(marks)).filter(([key]) => !ofTools.test(key)));

/** What the API server writes. */
const ofServer = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/** What a graph's settings say otherwise than its Service, and what they do not say, in words. */
export function lostOf({ expose, rest, service }: Exposed, frontend: unknown): string[] {
  const made = record(at(frontend, "expose"));
  const lost = Object.entries(expose).filter(([key, value]) => !isSame(value, made[key]));
  const words = [...lost.map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ...rest];
  return words.map((one) => `Service ${text(at(service, "metadata", "name"))}: ${one}`);
}
