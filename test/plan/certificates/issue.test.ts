import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type SecureContextOptions, type TLSSocket } from "node:tls";
import { encryptionOf, graphsCertificate, graphsHost } from "../../../plan/certificates/certificates";
import { type Issue, issueCertificate } from "../../../plan/certificates/issue";
import { expiryOf, timeOf } from "../../../plan/certificates/validity";
import { etcdMembers } from "../../../plan/servers/etcdMembers";
import { serverCertificate } from "../../../plan/servers/serverCertificate";

const issuedAt = new Date("2026-11-29T12:00:00Z");
const state: Issue = {
  secrets: { 1: "first", 2: "second", 3: "third", 4: "fourth" },
  issuedAt: { 1: issuedAt, 2: issuedAt, 3: issuedAt },
};

const graphs = (generation: number, issue = state) =>
  issueCertificate(encryptionOf({ generation }), graphsCertificate("dynamo", { generation }), issue);
const etcd = (generation: number) =>
  issueCertificate(
    encryptionOf({ generation }),
    serverCertificate(etcdMembers, 3, "cluster.local", { generation }),
    state,
  );

type Files = ReturnType<typeof graphs>;
const contextOf = (files: Files): SecureContextOptions => ({
  ca: files["ca.crt"],
  cert: files["tls.crt"],
  key: files["tls.key"],
});

/** What comes of a handshake in which each asks for the other's certificate: "accepted", or the code of the refusal. */
async function handshake(server: Files, client: Files | undefined, servername: string) {
  const listening = createServer(
    { ...contextOf(server), requestCert: true, rejectUnauthorized: true },
    (socket) => socket.end("accepted"),
  );
  listening.on("tlsClientError", () => undefined);
  await once(listening.listen(0, "127.0.0.1"), "listening");
  const { port } = listening.address() as { port: number };
  const socket: TLSSocket = connect({
    ...(client ? contextOf(client) : { ca: server["ca.crt"] }),
    port,
    servername,
  });
  const answer = await new Promise<string>((resolve) => {
    socket.on("data", (data) => resolve(data.toString()));
    socket.on("error", ({ code = "refused" }: NodeJS.ErrnoException) => resolve(code));
    socket.on("close", () => resolve("closed"));
  });
  socket.destroy();
  listening.close();
  return answer;
}

test("members and graphs know each other by their certificates, and nobody else", async () => {
  expect(await handshake(etcd(1), graphs(1), "etcd.etcd-system")).toBe("accepted");
  expect(await handshake(graphs(1), graphs(1), graphsHost)).toBe("accepted");
  expect(await handshake(etcd(1), undefined, "etcd.etcd-system")).toBe(
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
  );
  const stranger = graphs(1, { ...state, secrets: { 1: "another stack's", 2: "too" } });
  expect(await handshake(etcd(1), { ...stranger, "ca.crt": etcd(1)["ca.crt"] }, "etcd.etcd-system")).not.toBe(
    "accepted",
  );
  expect(await handshake(stranger, graphs(1), graphsHost)).toBe("SELF_SIGNED_CERT_IN_CHAIN");
});

test("a certificate is for the names of its holder alone", async () => {
  const names = [
    "etcd.etcd-system.svc.cluster.local",
    "etcd-2.etcd-headless.etcd-system.svc.cluster.local",
    "localhost",
  ];
  for (const name of names) expect(await handshake(etcd(1), graphs(1), name)).toBe("accepted");
  expect(await handshake(etcd(1), graphs(1), "nats.nats-system")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(await handshake(graphs(1), graphs(1), "etcd.etcd-system")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("generations beside each other trust each other in both directions, others do not", async () => {
  const outcome = async (server: number, client: number) =>
    (await handshake(graphs(server), graphs(client), graphsHost)) === "accepted";
  expect(await outcome(1, 2)).toBe(true);
  expect(await outcome(2, 1)).toBe(true);
  expect(await outcome(3, 2)).toBe(true);
  expect(await outcome(1, 3)).toBe(false);
  expect(await outcome(3, 1)).toBe(false);
});

test("an expired certificate is refused", async () => {
  const before = { ...state, issuedAt: { 1: new Date("2024-01-01T00:00:00Z") } };
  expect(await handshake(graphs(1, before), graphs(1), graphsHost)).toBe("CERT_HAS_EXPIRED");
});

test("the same always comes of the same", () => {
  expect(graphs(2)).toEqual(graphs(2));
  expect(graphs(2)["tls.crt"]).not.toBe(etcd(2)["tls.crt"]);
});

test("each holder has a key of its own, and none is an authority's", () => {
  const certificates = [graphs(1), etcd(1)].map((files) => new X509Certificate(files["tls.crt"]));
  const keys = [graphs(1), etcd(1)].map((files) => createPrivateKey(files["tls.key"]));
  for (const [i, certificate] of certificates.entries())
    expect(certificate.checkPrivateKey(keys[i] as (typeof keys)[number])).toBe(true);
  const [authority] = graphs(1)["ca.crt"].split(/(?<=END CERTIFICATE-----\n)/);
  const all = [...certificates, new X509Certificate(authority ?? "")].map(({ publicKey }) =>
    publicKey.export({ type: "spki", format: "pem" }),
  );
  expect(new Set(all).size).toBe(3);
});

test("it says who holds it, who has signed it, and until when", () => {
  const certificate = new X509Certificate(graphs(2)["tls.crt"]);
  expect(certificate.subject).toBe("CN=dynamo");
  expect(certificate.issuer).toBe("CN=dynamo authority 2");
  expect(certificate.subjectAltName).toBe("DNS:dynamo.internal");
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  expect(certificate.ca).toBe(false);
  expect(new Date(certificate.validFrom)).toEqual(new Date("2026-11-28T12:00:00Z"));
  expect(new Date(certificate.validTo)).toEqual(new Date("2027-11-29T12:00:00Z"));
  expect(expiryOf(issuedAt)).toEqual(new Date("2027-11-29T12:00:00Z"));
  expect(new X509Certificate(etcd(2)["tls.crt"]).subject).toBeUndefined(); // etcd would take it for a user
});

test("serial numbers are positive, and no two certificates have one", () => {
  const numbers = [graphs(1), graphs(2), etcd(1), etcd(2)].map(
    (files) => new X509Certificate(files["tls.crt"]).serialNumber,
  );
  expect(new Set(numbers).size).toBe(4);
  for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/);
});

test("an authority signs holders alone", () => {
  const [authority = ""] = graphs(1)["ca.crt"].split(/(?<=END CERTIFICATE-----\n)/);
  const { ca, issuer, subject } = new X509Certificate(authority);
  expect([ca, issuer, subject]).toEqual([true, "CN=dynamo authority 1", "CN=dynamo authority 1"]);
  const holder = new X509Certificate(graphs(1)["tls.crt"]);
  expect(
    holder.verify(
      createPublicKey(new X509Certificate(authority).publicKey.export({ type: "spki", format: "pem" })),
    ),
  ).toBe(true);
});

test("what is missing is said", () => {
  expect(() => graphs(1, { ...state, secrets: { 1: "first" } })).toThrow(
    "the secret of authority 2 is missing",
  );
  expect(() => graphs(1, { ...state, issuedAt: {} })).toThrow(
    "generation 1 has no authority, or no moment of issue",
  );
});

test("the time of a UUID of version 7", () => {
  expect(timeOf("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).toEqual(new Date("2022-02-22T19:22:22.000Z")); // RFC 9562, A.6
});
