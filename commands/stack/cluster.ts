/** What commands ask of the cluster that a stack is deployed in. Every wait for its API server is bounded. */
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { KubeConfig, V1EndpointSlice, V1Node, V1Service } from "@kubernetes/client-node";
import { UserError } from "../userError";

export interface Pod {
  readonly namespace: string;
  readonly name: string;
}

export interface Tunnel {
  /** When it has ended: what the API server said of it, which is nothing where all is well. */
  readonly ended: Promise<string>;
  close(): void;
}

export interface Cluster {
  service(namespace: string, name: string): Promise<V1Service>;
  nodes(): Promise<V1Node[]>;
  endpointSlices(namespace: string, service: string): Promise<V1EndpointSlice[]>;
  /** Carries what comes by a socket to a pod's port and back, through the API server. */
  tunnel(pod: Pod, port: number, socket: Socket): Promise<Tunnel>;
}

/** Longest wait for an answer of the API server, in ms. */
const patience = 10_000;

/**
 * The cluster of the kubeconfig that kubectl would take. What it is asked throws a UserError where there is no answer.
 * @param context of the kubeconfig. Default: the current one.
 * @throws UserError where there is no such kubeconfig or context
 */
export async function connectCluster(context: string | undefined): Promise<Cluster> {
  // Loaded when needed: with --url it is not.
  const { CoreV1Api, DiscoveryV1Api, KubeConfig, PortForward } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new UserError(`the kubeconfig can't be read: ${(error as Error).message}`, { cause: error });
  }
  if (context !== undefined) useContext(config, context);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw new UserError("the kubeconfig names no cluster: set KUBECONFIG, or name the frontend by --url");

  const core = config.makeApiClient(CoreV1Api);
  const discovery = config.makeApiClient(DiscoveryV1Api);
  const ask = async <T>(what: string, request: Promise<T>): Promise<T> => {
    try {
      return await within(patience, request);
    } catch (error) {
      throw new UserError(`${what}: ${explainApi(error, server)}`, { cause: error });
    }
  };
  return {
    service: (namespace, name) =>
      ask(`Service ${namespace}/${name}`, core.readNamespacedService({ namespace, name })),
    nodes: async () => (await ask("the nodes", core.listNode())).items,
    async endpointSlices(namespace, service) {
      const labelSelector = `kubernetes.io/service-name=${service}`;
      const request = discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
      return (await ask(`the endpoints of ${namespace}/${service}`, request)).items;
    },
    async tunnel({ namespace, name }, port, socket) {
      let said = "";
      const errors = new PassThrough().setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      const forward = new PortForward(config).portForward(namespace, name, [port], socket, errors, socket);
      const webSocket = await ask(`a port-forward to pod ${namespace}/${name}`, forward);
      // Only with retries it is a function.
      if (typeof webSocket === "function") throw new TypeError("a WebSocket is expected");
      const ended = new Promise<string>((resolve) =>
        webSocket.addEventListener("close", ({ code }: { code: number }) =>
          resolve(said.trim() || (code === 1006 ? `the API server ${server} cut the port-forward` : "")),
        ),
      );
      return { ended, close: () => webSocket.close() };
    },
  };
}

function useContext(config: KubeConfig, context: string): void {
  if (!config.getContextObject(context)) {
    const names = config.getContexts().map(({ name }) => name);
    throw new UserError(
      `the kubeconfig has no context ${context}, as dynamo:cluster.context says: it has ${names.join(", ") || "none"}`,
    );
  }
  config.setCurrentContext(context);
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it does not answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What the API server, or the lack of one, says: an ApiException, an error of node-fetch, or an event of a WebSocket. */
function explainApi(error: unknown, server: string): string {
  const { code, body, message = "" } = error as { code?: number | string; body?: unknown; message?: string };
  const status = typeof code === "number" ? code : /^Unexpected server response: (\d+)/.exec(message)?.[1];
  if (Number(status) === 401)
    return `the API server ${server} does not accept the kubeconfig's credentials (401)`;
  if (status !== undefined) return messageOf(body) ?? `the API server ${server} answers ${status}`;
  return `the API server ${server} does not answer: ${message.replace(/^.*reason: /, "") || code}`;
}

/** Of a Status, which is all that API servers answer mistakes with. */
function messageOf(body: unknown): string | undefined {
  try {
    const status = typeof body === "string" ? JSON.parse(body) : body;
    return status?.message;
  } catch {
    return undefined;
  }
}
