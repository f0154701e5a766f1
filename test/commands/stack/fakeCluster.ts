/** A cluster with what a test says is in it. */
import { connect, type Socket } from "node:net";
import type { V1EndpointSlice, V1Node, V1Service } from "@kubernetes/client-node";
import { UserError } from "../../../commands/cli/userError";
import type { ClusterAccess, PodReference } from "../../../commands/stack/cluster";

export interface FakeCluster extends ClusterAccess {
  /** Ready pods behind every Service, and ports of this machine that their port leads to; 0: no tunnel can be made. */
  pods: Record<string, number>;
  /** Pods that tunnels were asked for, in order. */
  readonly asked: string[];
}

interface Contents {
  readonly service?: V1Service;
  readonly nodes?: readonly V1Node[];
  readonly pods?: Record<string, number>;
}

export function fakeCluster({ service = {}, nodes = [], pods = {} }: Contents = {}): FakeCluster {
  const asked: string[] = [];
  const cluster: FakeCluster = {
    pods,
    asked,
    service: async () => service,
    nodes: async () => [...nodes],
    endpointSlices: async (namespace) => [slice(namespace, Object.keys(cluster.pods))],
    async tunnel({ name }: PodReference, _port: number, socket: Socket) {
      asked.push(name);
      const port = cluster.pods[name];
      if (!port) throw new UserError(`no pod ${name}`);
      const pod = connect(port, "127.0.0.1").on("error", () => {});
      socket.pipe(pod).pipe(socket, { end: false });
      const ended = new Promise<string>((resolve) => pod.once("close", () => resolve("")));
      return { ended, close: () => pod.destroy() };
    },
  };
  return cluster;
}

/** As the cluster writes it. Where there are pods, the last one is on its way out. */
function slice(namespace: string, pods: readonly string[]): V1EndpointSlice {
  if (pods.length === 0) return { addressType: "IPv4", endpoints: null, ports: null } as never;
  const endpoint = (name: string, ready: boolean) => ({
    addresses: ["10.0.0.1"],
    conditions: { ready },
    targetRef: { kind: "Pod", name, namespace },
  });
  return {
    addressType: "IPv4",
    metadata: { namespace },
    ports: [{ name: "http", port: 8000 }],
    endpoints: [...pods.map((name) => endpoint(name, true)), endpoint("leaving", false)],
  };
}
