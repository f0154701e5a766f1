/** The certificate that a member of NATS shows to clients: TLS begins after its greeting, which is plain text. */
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { memberTls } from "./memberTls";

/** Longest wait for the greeting and the handshake together, in ms. */
const timeout = 5_000;

/**
 * Greets a member as a client of the graphs' certificate does.
 * @param url of its port for clients
 * @throws Error where it speaks no TLS, shows a certificate that graphs do not trust, or does not trust theirs
 */
export async function shownByNats(
  url: string,
  certificate: Readonly<Record<string, string>>,
): Promise<X509Certificate> {
  const { hostname, port } = new URL(url);
  const signal = AbortSignal.timeout(timeout);
  const socket = connect({ host: hostname, port: Number(port), signal });
  try {
    const [greeting] = (await once(socket, "data", { signal })) as [Buffer];
    if (!/"tls_required":\s*true/.test(`${greeting}`)) throw new Error("it asks clients for no TLS");
    const tls = connectTls({ ...memberTls(certificate), socket });
    await once(tls, "secureConnect", { signal });
    const shown = tls.getPeerX509Certificate();
    if (shown === undefined) throw new Error("it shows no certificate");
    return shown;
  } finally {
    socket.destroy();
  }
}
