/** Clients of members that show a cluster's certificate, while the members have one of this machine. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { connect as connectTls, type TLSSocket, TLSSocket as Upgraded } from "node:tls";
import { certificateFiles, encryptionOf } from "../../../plan/certificates/certificates";
import { issueCertificate } from "../../../plan/certificates/issue";
import { etcdMembers } from "../../../plan/servers/etcdMembers";
import { serverCertificate } from "../../../plan/servers/serverCertificate";
import { withLocalCertificates } from "../../../rehearsal/members/localCertificates";
import { startTlsBridge, type TlsBridge } from "../../../rehearsal/members/tlsBridge";

const issued = (secret: string) =>
  issueCertificate(
    encryptionOf({ generation: 1 }),
    serverCertificate(etcdMembers, 1, "cluster.local", { generation: 1 }),
    {
      secrets: { 1: secret, 2: "next" },
      issuedAt: { 1: new Date() },
    },
  );
const cluster = issued("cluster");
const local = withLocalCertificates({ tls: cluster }, new Map()).tls ?? {};
const options = (files: Readonly<Record<string, string>>) => ({
  ca: files[certificateFiles.authorities],
  cert: files[certificateFiles.certificate],
  key: files[certificateFiles.key],
});
const greeting = "INFO {}\r\n";

/** Answers once what it is told: by TLS at once, after a greeting in plain text, or never by TLS. */
const member = (way: "at once" | "after a greeting" | "never"): Server =>
  createServer((socket) => {
    socket.on("error", () => {});
    if (way === "after a greeting") socket.write(greeting);
    const own = { ...options(local), isServer: true, requestCert: true, rejectUnauthorized: true };
    const stream: Socket = way === "never" ? socket : new Upgraded(socket, own);
    stream.on("error", () => {});
    stream.once("data", (data) => stream.end(`heard ${data}`));
  });

let server: Server | undefined;
let bridge: TlsBridge | undefined;
afterEach(async () => {
  await bridge?.close();
  server?.close();
});

async function bridged(way: Parameters<typeof member>[0]): Promise<number> {
  server = member(way);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  bridge = await startTlsBridge({ host: "127.0.0.1", port }, cluster, local);
  return bridge.port;
}

const host = "127.0.0.1";
const tls = (port: number, files: Readonly<Record<string, string>>, socket?: Socket): TLSSocket =>
  connectTls({ ...options(files), host, port, servername: "localhost", ...(socket && { socket }) });

test("a client of the cluster's certificate is answered by a member that has another", async () => {
  const client = tls(await bridged("at once"), cluster);
  client.write("hello");
  expect(await text(client)).toBe("heard hello");
});

test("a client that begins TLS after a greeting is answered too", async () => {
  const socket = connect(await bridged("after a greeting"), host);
  const [greeted] = (await once(socket, "data")) as [Buffer];
  expect(greeted.toString()).toBe(greeting);
  const client = tls(0, cluster, socket);
  client.write("hello");
  expect(await text(client)).toBe("heard hello");
});

test("plain text passes as it is", async () => {
  const client = connect(await bridged("never"), host);
  client.write("hello");
  expect(await text(client)).toBe("heard hello");
});

test.each([
  ["a stranger's certificate", options(issued("stranger"))],
  ["none", {}],
])("a client with %s is refused", async (_, { cert, key }: { cert?: string; key?: string }) => {
  const port = await bridged("at once");
  const ca = options(cluster).ca;
  const client = connectTls({ host, port, servername: "localhost", ca, cert, key });
  const heard: string[] = [];
  client.on("data", (data) => heard.push(`${data}`));
  client.on("error", () => {}); // or it is closed without a word
  client.write("hello");
  await new Promise((resolve) => client.once("close", resolve));
  expect(heard).toEqual([]);
});

test("a client that trusts others refuses it", async () => {
  const port = await bridged("at once");
  const client = connectTls({
    ...options(cluster),
    ca: options(issued("other")).ca,
    host,
    port,
    servername: "localhost",
  });
  const [error] = await once(client, "error");
  expect(error.code).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});
