/** One port of one pod, by the API server. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Cluster, Pod } from "../stack/cluster";

/**
 * Lets something use a port of a pod, at an address of this machine.
 * @throws Error that says why the pod can't be reached, where that is why it failed
 */
export async function withPodPort<T>(
  cluster: Cluster,
  pod: Pod,
  port: number,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  let trouble: string | undefined;
  async function carry(socket: Socket): Promise<void> {
    try {
      const { ended, close } = await cluster.tunnel(pod, port, socket);
      socket.once("close", close);
      trouble = (await ended) || trouble;
    } catch (error) {
      trouble = (error as Error).message;
    }
    socket.destroySoon();
  }
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    void carry(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } catch (error) {
    throw trouble === undefined ? error : new Error(trouble, { cause: error });
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}
