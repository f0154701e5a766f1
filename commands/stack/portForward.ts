/** A port of this machine that leads to the Ready pods behind a Service, through the API server. */
import type { Socket } from "node:net";
import { UserError } from "../cli/userError";
import { backendsOf, type ServiceBackend } from "./backends";
import type { ClusterAccess, Tunnel } from "./cluster";
import { localPort } from "./localPort";

interface Forward {
  readonly url: string;
  /** Names of the pods that were Ready at first. */
  readonly pods: readonly string[];
  /** Reason why a connection could not be carried lately. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/** Time for which a list of the Ready pods is taken for true, in ms. */
const freshness = 2_000;

/**
 * Listens on a free port of 127.0.0.1. Each connection has a tunnel of its own, to each Ready pod in turn, as a Service
 * spreads them. Where a pod takes no tunnel, another one does.
 * @throws UserError where no pod is Ready, or the API server does not answer
 */
export async function portForward(
  cluster: ClusterAccess,
  namespace: string,
  service: string,
): Promise<Forward> {
  let list: Promise<ServiceBackend[]> | undefined;
  let turn = 0;

  /** One question to the API server for all connections that begin at the same time. */
  function readyPods(): Promise<ServiceBackend[]> {
    if (list) return list;
    const asked = cluster
      .endpointSlices(namespace, service)
      .then((slices) => backendsOf(slices).filter(({ isReady }) => isReady));
    list = asked;
    setTimeout(forget, freshness, asked).unref();
    return asked;
  }

  function forget(asked: Promise<ServiceBackend[]>): void {
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
        if (socket.destroyed) throw error;
        failure = error;
        tried.add(pod.name);
        forget(ready); // the pod may have gone, and others may have come
      }
    }
  }

  const pods = await readyPods();
  if (pods.length === 0)
    throw new UserError(
      `no pod behind Service ${namespace}/${service} is Ready: look at kubectl --namespace ${namespace} get pods`,
    );
  const { host, trouble, close } = await localPort(tunnel);
  return { url: `http://${host}`, pods: pods.map(({ name }) => name), trouble, close };
}
