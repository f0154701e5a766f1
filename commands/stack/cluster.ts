/** Requests of commands to the cluster that a stack is deployed in. */
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { V1EndpointSlice, V1Node, V1Service } from "@kubernetes/client-node";
import { printable } from "../../config/printable";
import { apiObjects, listOf, objectOf } from "./apiObjects";
import type { Connection } from "./connection";

/** Characters of a port-forward's message that are kept. */
const maxSaid = 1_000;

export interface PodReference {
  readonly namespace: string;
  readonly name: string;
}

/** A connection to a pod's port. */
export interface Tunnel {
  /** Resolves when it has ended, with the API server's message; empty where all is well. */
  readonly ended: Promise<string>;
  close(): void;
}

/** Requests to a cluster. @throws UserError where there is no answer */
export interface ClusterAccess {
  service(namespace: string, name: string): Promise<V1Service>;
  nodes(): Promise<V1Node[]>;
  endpointSlices(namespace: string, service: string): Promise<V1EndpointSlice[]>;
  /** Carries what comes by a socket to a pod's port and back, through the API server. */
  tunnel(pod: PodReference, port: number, socket: Socket): Promise<Tunnel>;
}

export function clusterAccess({ client, config, server, ask }: Connection): ClusterAccess {
  const core = config.makeApiClient(client.CoreV1Api);
  const discovery = config.makeApiClient(client.DiscoveryV1Api);
  return {
    service: (namespace, name) =>
      ask(
        `Service ${namespace}/${name}`,
        objectOf(apiObjects.service, core.readNamespacedService({ namespace, name })),
      ),
    nodes: () => ask("the nodes", listOf(apiObjects.node, core.listNode())),
    async endpointSlices(namespace, service) {
      const labelSelector = `kubernetes.io/service-name=${service}`;
      const request = discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
      return ask(`the endpoints of ${namespace}/${service}`, listOf(apiObjects.endpointSlice, request));
    },
    async tunnel({ namespace, name }, port, socket) {
      let said = "";
      const errors = new PassThrough().setEncoding("utf8").on("data", (text: string) => {
        if (said.length < maxSaid) said += text;
      });
      const forward = new client.PortForward(config).portForward(
        namespace,
        name,
        [port],
        socket,
        errors,
        socket,
      );
      const webSocket = await ask(`a port-forward to pod ${namespace}/${name}`, forward);
      // Only with retries it is a function.
      if (typeof webSocket === "function") throw new TypeError("a WebSocket is expected");
      let isClosed = false;
      const ended = new Promise<string>((resolve) =>
        webSocket.addEventListener("close", ({ code }: { code: number }) =>
          resolve(
            printable(said).trim() ||
              (code === 1006 && !isClosed ? `the API server ${server} cut the port-forward` : ""),
          ),
        ),
      );
      const close = () => {
        isClosed = true;
        webSocket.terminate(); // an API server that has gone silent would not take part in a farewell
      };
      return { ended, close };
    },
  };
}
