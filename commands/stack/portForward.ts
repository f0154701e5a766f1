/** A port of this machine that leads to the Ready pods behind a Service, through the API server. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { V1EndpointSlice } from "@kubernetes/client-node";
import { UserError } from "../userError";
import type { Cluster, Pod, Tunnel } from "./cluster";

export interface Forward {
  readonly url: string;
  /** Names of the pods that were Ready at first. */
  readonly pods: readonly string[];
  /** Why a connection could not be carried lately. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

interface Backend extends Pod {
  readonly port: number;
}

/** How long a list of the Ready pods is taken for true, in ms. */
const freshness = 2_000;

/**
 * Listens on a free port of 127.0.0.1. Each connection has a tunnel of its own, to each Ready pod in turn, as a Service
 * spreads them. Where a pod takes no tunnel, another one does.
 * @throws UserError where no pod is Ready, or the API server does not answer
 */
export async function portForward(cluster: Cluster, namespace: string, service: string): Promise<Forward> {
  let list: Promise<Backend[]> | undefined;
  let turn = 0;
  let trouble: string | undefined;
  const connections = new Set<Socket>();

  /** One question to the API server for all connections that begin at the same time. */
  function readyPods(): Promise<Backend[]> {
    if (list) return list;
    const asked = cluster.endpointSlices(namespace, service).then((slices) => slices.flatMap(backends));
    list = asked;
    setTimeout(forget, freshness, asked).unref();
    return asked;
  }

  function forget(asked: Promise<Backend[]>): void {
    if (list === asked) list = undefined;
  }

  async function tunnel(socket: Socket): Promise<Tunnel> {
    const tried = new Set<string>();
    for (let failure: unknown; ; ) {
      const ready = readyPods();
      const pods = (await ready).filter(({ name }) => !tried.has(name));
      const pod = pods[turn++ % pods.length];
      if (!pod) throw failure ?? new UserError(`no pod behind Service ${namespace}/${service} is Ready`);
      try {
        return await cluster.tunnel(pod, pod.port, socket);
      } catch (error) {
        failure = error;
        tried.add(pod.name);
        forget(ready); // the pod may have gone, and others may have come
      }
    }
  }

  async function carry(socket: Socket): Promise<void> {
    try {
      const { ended, close } = await tunnel(socket);
      socket.once("close", close);
      if (socket.destroyed) close();
      trouble = (await ended) || undefined;
    } catch (error) {
      trouble = (error as Error).message;
    }
    socket.destroySoon();
  }

  const pods = await readyPods();
  if (pods.length === 0)
    throw new UserError(
      `no pod behind Service ${namespace}/${service} is Ready: look at kubectl --namespace ${namespace} get pods`,
    );
  const server = createServer((socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy()); // the client has gone
    void carry(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pods: pods.map(({ name }) => name),
    trouble: () => trouble,
    async close() {
      server.close();
      for (const socket of connections) socket.destroy();
      await once(server, "close");
    },
  };
}

/**
 * Pods of an EndpointSlice that are Ready, and the port that the Service's first port leads to. Without a pod the
 * cluster writes null for both lists.
 */
function backends({ metadata, endpoints, ports }: V1EndpointSlice): Backend[] {
  const port = ports?.[0]?.port;
  if (port === undefined) return [];
  return (endpoints ?? []).flatMap(({ conditions, targetRef }) =>
    conditions?.ready !== false && targetRef?.kind === "Pod" && targetRef.name !== undefined
      ? [{ namespace: targetRef.namespace ?? metadata?.namespace ?? "", name: targetRef.name, port }]
      : [],
  );
}
