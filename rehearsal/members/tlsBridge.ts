/** A port that shows a cluster's certificate, before a member that shows the one of this machine in its place. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { tlsOf } from "../../plan/certificates/certificates";
import type { Endpoint } from "./clientService";

/** Files of a certificate, by their names in its Secret. */
export type CertificateFiles = Readonly<Record<string, string>>;

export interface TlsBridge {
  readonly port: number;
  close(): Promise<void>;
}

/** The member is known by its address already. */
const notByName = { servername: "localhost", checkServerIdentity: () => undefined };

/** The first byte of a client that begins TLS: a record of its handshake. */
const handshake = 0x16;

/**
 * Listens at the member's own address, on a free port. What client and member say to each other in plain text passes as it is.
 * As soon as the client begins TLS, at once as with etcd or after a greeting as with NATS, both sides have it: clients see the
 * cluster's certificate and must show one that its authorities have signed, and the member is shown its own.
 */
export async function startTlsBridge(
  member: Endpoint,
  cluster: CertificateFiles,
  local: CertificateFiles,
): Promise<TlsBridge> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ ...member, noDelay: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {}); // whoever was connected sees it closed
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.once("data", (first: Buffer) => {
      client.pause();
      client.unshift(first);
      upstream.unpipe(client);
      if (first[0] !== handshake) return join(client, upstream);
      // A server, since it alone refuses clients whose certificate nobody has signed whom it trusts.
      const secured = createTlsServer(
        { ...tlsOf(cluster), requestCert: true, rejectUnauthorized: true },
        (clear) => join(clear, connectTls({ ...tlsOf(local), ...notByName, socket: upstream })),
      );
      secured.on("tlsClientError", () => client.destroy());
      secured.emit("connection", client);
    });
  });
  await once(server.listen(0, member.host), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Until one of both ends; then both do. */
function join(client: Duplex, upstream: Duplex): void {
  pipeline(client, upstream, client, () => {
    client.destroy();
    upstream.destroy();
  });
}
