/** A free port of 127.0.0.1, each of whose connections has a tunnel of its own. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Tunnel } from "./cluster";

interface LocalPort {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Reason why a connection could not be carried lately. */
  trouble(): string | undefined;
  /** Ends when all connections have, and what became of them is known. */
  close(): Promise<void>;
}

/** Listens until it is closed; a connection that can't be carried is ended, and the reason kept. */
export async function localPort(tunnel: (socket: Socket) => Promise<Tunnel>): Promise<LocalPort> {
  const connections = new Map<Socket, Promise<void>>();
  let trouble: string | undefined;

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
    connections.delete(socket);
  }

  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy()); // the client has gone
    connections.set(socket, carry(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: () => trouble,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of connections.keys()) socket.destroy();
      await Promise.all([closed, ...connections.values()]);
    },
  };
}
