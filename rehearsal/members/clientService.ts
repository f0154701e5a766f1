/** A Service for clients, in the place of the cluster's: an address from which each connection goes to a Ready pod. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface ClientService {
  /** Listens no more. Connections stay. */
  closeToNew(): void;
  /** Ends every connection, and listens no more. */
  close(): Promise<void>;
}

/**
 * Listens at an address, and connects each client to one of the endpoints of that moment, at random. As with a
 * ClusterIP, a connection stays where it is when its pod is no endpoint any more. Where there is none, a cluster
 * refuses the connection; here it ends at once.
 */
export async function startClientService(
  { host, port }: Endpoint,
  endpoints: () => readonly Endpoint[],
): Promise<ClientService> {
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    const ready = endpoints();
    const endpoint = ready[Math.floor(Math.random() * ready.length)];
    if (!endpoint) return client.destroy();
    const pod = connect({ ...endpoint, noDelay: true });
    pipeline(client, pod, client, () => {
      client.destroy();
      pod.destroy();
    });
  });
  await once(server.listen(port, host), "listening");
  const closed = once(server, "close");
  return {
    closeToNew() {
      server.close();
    },
    async close() {
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}
