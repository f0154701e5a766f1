/** The route to a graph's frontend from where the command runs. */
import { connect } from "node:net";
import type { V1Node, V1NodeAddress, V1Service } from "@kubernetes/client-node";
import { some } from "../../config/printable";
import type { ClusterAccess } from "./cluster";
import type { StackGraph } from "./deployedStack";
import { portForward } from "./portForward";

/** A route that is open, to be closed by whoever asked for it. */
export interface Route {
  /** `http://host:port` */
  readonly url: string;
  /** Description in one line, such as "node port of gpu-0". */
  readonly description: string;
  /** Message on what is wrong with the route itself; undefined where nothing is. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

interface Candidate {
  readonly url: string;
  readonly description: string;
}

export interface ReachOptions {
  /** Takes a port-forward, whatever is exposed. */
  readonly portForward?: boolean;
  /** Longest wait for a connection to an exposed address, in ms. @default 3000 */
  readonly connectTimeout?: number;
}

/**
 * Takes the graph's exposed address where it accepts connections from here, else a port-forward through the API server.
 * @throws UserError where the cluster does not answer, or no frontend is Ready
 */
export async function reach(
  graph: StackGraph,
  cluster: ClusterAccess,
  { portForward: forced = false, connectTimeout = 3_000 }: ReachOptions = {},
): Promise<Route> {
  let reason = forced ? "as asked for" : "the graph is not exposed";
  if (!forced && graph.expose !== "ClusterIP") {
    const candidates = await exposed(graph, cluster).catch((error: Error) => {
      reason = error.message;
      return [];
    });
    for (const { url, description } of candidates) {
      if (await accepts(new URL(url), connectTimeout))
        return {
          url,
          description: `${description}, ${url}`,
          trouble: () => undefined,
          close: async () => {},
        };
      reason = `${description} (${new URL(url).host}) accepts no connection from here`;
    }
    if (candidates.length === 0 && reason === "the graph is not exposed")
      reason = `the ${graph.expose} has no address yet`;
  }
  const forward = await portForward(cluster, graph.namespace, graph.service);
  return { ...forward, description: `port-forward to ${some(forward.pods)}: ${reason}` };
}

/** Addresses by which a graph is exposed, the best one first. */
export async function exposed(graph: StackGraph, cluster: ClusterAccess): Promise<Candidate[]> {
  const { expose, namespace, service, host } = graph;
  switch (expose) {
    case "ClusterIP":
      return [];
    case "NodePort": {
      const [found, nodes] = await Promise.all([cluster.service(namespace, service), cluster.nodes()]);
      return nodePorts(found, nodes);
    }
    case "LoadBalancer":
      return loadBalancers(await cluster.service(namespace, service));
    case "Ingress":
    case "Gateway":
      return hosts(graph).map((url) => ({ url, description: `${expose} ${host}` }));
    default:
      return expose satisfies never;
  }
}

/** An Ingress has TLS where its endpoint says so; whether a Gateway has, only the Gateway knows. */
function hosts({ expose, host, endpoint = `http://${host}` }: StackGraph): string[] {
  if (host === undefined) return [];
  return expose === "Gateway" ? [endpoint, `https://${host}`] : [endpoint];
}

function nodePorts({ spec }: V1Service, nodes: readonly V1Node[]): Candidate[] {
  const port = spec?.ports?.[0]?.nodePort;
  const node = nodes.find(isNodeReady);
  if (port === undefined || !node) return [];
  const addresses = node.status?.addresses ?? [];
  return ["ExternalIP", "InternalIP"].flatMap((type) =>
    addresses
      .filter((address: V1NodeAddress) => address.type === type)
      .map(({ address }) => ({
        url: `http://${bracketed(address)}:${port}`,
        description: `node port of ${node.metadata?.name}`,
      })),
  );
}

function isNodeReady({ spec, status }: V1Node): boolean {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.status === "True" && !spec?.unschedulable;
}

function loadBalancers({ spec, status }: V1Service): Candidate[] {
  const port = spec?.ports?.[0]?.port;
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ hostname, ip }) => {
    const address = hostname ?? ip;
    return address === undefined
      ? []
      : [{ url: `http://${bracketed(address)}:${port}`, description: "load balancer" }];
  });
}

/** IPv6 addresses as URLs have them. */
const bracketed = (address: string) => (address.includes(":") ? `[${address}]` : address);

/** Whether something accepts TCP connections there. */
function accepts({ protocol, hostname, port }: URL, connectTimeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || (protocol === "https:" ? 443 : 80),
    });
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, connectTimeout, false); // a name that does not resolve takes its time too
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}
