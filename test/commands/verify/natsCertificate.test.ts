/** What verify makes of the certificates that members of NATS show. */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { certificateValid } from "../../../commands/verify/checks/certificateValid";
import { shownByNats } from "../../../commands/verify/natsCertificate";
import { type Read, Unread } from "../../../commands/verify/reading";
import { certificateFiles, encryptionOf, graphsCertificate } from "../../../plan/certificates/certificates";
import { issueCertificate } from "../../../plan/certificates/issue";
import { memberSet } from "../../../plan/servers/members";
import { serverCertificate } from "../../../plan/servers/serverCertificate";
import { evidence, natsStatus, now } from "./evidence";

const day = 86_400_000;
const ofNats = serverCertificate(memberSet("nats"), 3, "cluster.local", { generation: 1 });

const issued = (plan: Parameters<typeof issueCertificate>[1], secret = "one", issuedAt = new Date()) =>
  issueCertificate(encryptionOf({ generation: 1 }), plan, {
    secrets: { 1: secret, 2: "two" },
    issuedAt: { 1: issuedAt },
  });
const graphs = issued(graphsCertificate("dynamo", { generation: 1 }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A member that greets its clients, and goes on by TLS. */
async function member(files: Readonly<Record<string, string>>, greeting = `INFO {"tls_required":true}\r\n`) {
  const tls = createTlsServer({
    ca: files[certificateFiles.authorities],
    cert: files[certificateFiles.certificate],
    key: files[certificateFiles.key],
    requestCert: true,
    rejectUnauthorized: true,
  });
  tls.on("tlsClientError", () => {});
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(greeting);
    tls.emit("connection", socket);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the one that a member shows after its greeting is seen", async () => {
  const files = issued(ofNats);
  const shown = await shownByNats(await member(files), graphs);
  expect(shown.fingerprint256).toBe(
    new X509Certificate(files[certificateFiles.certificate] ?? "").fingerprint256,
  );
});

test.each<[string, Readonly<Record<string, string>>, string | undefined, RegExp]>([
  ["that asks for no TLS", issued(ofNats), "INFO {}\r\n", /^it asks clients for no TLS$/],
  ["of a stranger", issued(ofNats, "stranger"), undefined, /self-signed|unable to verify/],
  [
    "whose certificate has ended",
    issued(ofNats, "one", new Date(Date.now() - 400 * day)),
    undefined,
    /expired/,
  ],
])("a member %s is told", async (_, files, greeting, message) => {
  await expect(shownByNats(await member(files, greeting), graphs)).rejects.toThrow(message);
});

const shown = (age: number) =>
  new X509Certificate(
    issued(ofNats, "one", new Date(now.getTime() - age * day))[certificateFiles.certificate] ?? "",
  );

test.each<[Read<X509Certificate>, string, RegExp]>([
  [shown(5), "passed", /^of 3 members, valid for 360 days more$/],
  [shown(336), "failed", /^nats-0: it ends in 29 days$/],
  [
    new Unread("nats-0: self-signed certificate", false),
    "failed",
    /^no TLS with nats-0: self-signed certificate$/,
  ],
  [new Unread("dynamo-tls-1 is forbidden", true), "skipped", /^dynamo-tls-1 is forbidden$/],
])("they are judged", (certificate, state, found) => {
  const nats = [0, 1, 2].map((i) => ({
    ...{ pod: `nats-${i}`, status: natsStatus },
    certificate: i === 0 ? certificate : shown(5),
  }));
  const findings = certificateValid(evidence("nats-etcd", { nats }));
  expect(findings).toMatchObject([
    { check: "certificate", subject: "NATS", state, found: expect.stringMatching(found) as string },
  ]);
});

test("of members without certificates, and of those that don't answer, nothing is said", () => {
  const gone = { pod: "nats-0", status: new Unread("gone", false), certificate: new Unread("gone", false) };
  for (const nats of [[{ pod: "nats-0", status: natsStatus }], [gone]])
    expect(certificateValid(evidence("nats-etcd", { nats }))).toEqual([]);
});
