/** NATS, etcd and the released runtime with the certificates of a stack, as the program renders all of them. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { connect } from "@nats-io/transport-node";
import { graphsHost } from "../../plan/certificates/certificates";
import { installRuntime } from "../../rehearsal/runtime/install";
import { runtime as runtimeFor } from "../config/runtimes";
import { type LocalRuntime, startRuntime } from "../runtime/runtime";
import { startClient } from "./chatClient";
import { createDiscoveryPlane, issue, type LocalDiscoveryPlane, passwordOf } from "./discoveryPlane";

jest.setTimeout(240_000);

let directory: string;
let plane: LocalDiscoveryPlane;
let python: string;
let generation = 1;
const started: LocalRuntime[] = [];

beforeAll(async () => {
  python = await installRuntime("1.6.1", { report: (line) => process.stderr.write(`${line}\n`) });
  directory = await mkdtemp(join(tmpdir(), "tls-"));
  plane = await createDiscoveryPlane({ nats: { replicas: 3 }, etcd: { replicas: 3 } }, directory, {
    encrypted: true,
  });
  await plane.certificate();
  await plane.start();
}, 900_000);

afterEach(() => Promise.all(started.splice(0).map((runtime) => runtime.kill())));

afterAll(async () => {
  await plane?.kill();
  await rm(directory, { recursive: true, force: true });
});

type Plane = "tcp" | "nats";

/** The env of a graph's pods. */
function envOf(graph: string, requestPlane: Plane = "tcp") {
  const { env } = runtimeFor("1.6.1", "nats-etcd", requestPlane);
  return { DYN_NAMESPACE: `dynamo-${graph}`, ...plane.env(), ...env };
}

type Env = Readonly<Record<string, string>>;

async function start(frontend: Env, workers: readonly Env[] = [frontend, frontend], timeout?: number) {
  const runtime = await startRuntime({
    python,
    version: "1.6.1",
    directory: await mkdtemp(join(directory, "graph-")),
    frontend: { env: frontend, args: ["--router-mode", "kv"] },
    workers: workers.map((env) => ({ env })),
    timeout,
  });
  started.push(runtime);
  return runtime;
}

const filesIn = async (folder: string) => ({
  ca: await readFile(join(folder, "ca.crt")),
  cert: await readFile(join(folder, "tls.crt")),
  key: await readFile(join(folder, "tls.key")),
});

/** A certificate of the same names, by an authority that nobody here knows. */
const strangers = () =>
  plane.certificate({ ...issue, secrets: { 1: "another", 2: "stack's", 3: "own", 4: "ones" } });

/** Ports on which this machine listens at an address, as Linux tells: https://docs.kernel.org/networking/proc_net_tcp.html */
async function portsAt(address: string): Promise<string[]> {
  const bytes = address
    .split(".")
    .toReversed()
    .map((byte) => Number(byte).toString(16).padStart(2, "0"));
  const listens = new RegExp(`^ *\\d+: ${bytes.join("")}:([0-9a-f]{4}) \\S+ 0A `, "gim");
  const table = await readFile("/proc/net/tcp", "utf8");
  return [...table.matchAll(listens)].map(([, port = ""]) => String(Number.parseInt(port, 16)));
}

/** What becomes of a TLS connection that sends some bytes: "open" where it is still there after half a second. */
function tryTls(address: string, options: object): Promise<string> {
  const [host = "", port] = address.split(":");
  return new Promise((resolve) => {
    const socket = tlsConnect({ host, port: Number(port), rejectUnauthorized: false, ...options }, () => {
      socket.write("x");
      setTimeout(() => resolve("open"), 500);
    });
    socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    socket.on("close", () => resolve("closed"));
  });
}

/** What a server says to a line of plain text, within half a second. */
function tryPlain(address: string): Promise<string> {
  const [host = "", port] = address.split(":");
  return new Promise((resolve) => {
    const answers: Buffer[] = [];
    const socket = createConnection({ host, port: Number(port) }, () =>
      socket.write("GET / HTTP/1.1\r\n\r\n"),
    );
    socket.on("data", (data) => answers.push(data));
    const end = () => resolve(Buffer.concat(answers).toString("latin1"));
    socket.on("error", end);
    socket.on("close", end);
    setTimeout(end, 500);
  });
}

test.each<Plane>(["tcp", "nats"])(
  "serves over %s, where every party shows a certificate",
  async (requestPlane) => {
    const client = startClient(await start(envOf(`serves-${requestPlane}`, requestPlane)));
    await client.answers(20);
    expect(await client.stop()).toEqual([]);
  },
);

test("members refuse plain text, clients without a certificate, and a stranger's", async () => {
  const { ca, cert, key } = await filesIn(await plane.certificate());
  const stranger = await filesIn(await strangers());
  const login = {
    servers: plane.nats.service,
    user: "dynamo-1",
    pass: passwordOf("nats", 1),
    reconnect: false,
  };
  const client = await connect({
    ...login,
    tls: { ca: ca.toString(), cert: cert.toString(), key: key.toString() },
  });
  await client.close();
  await expect(connect({ ...login, tls: { ca: ca.toString() } })).rejects.toThrow();
  const theirs = { ca: ca.toString(), cert: stranger.cert.toString(), key: stranger.key.toString() };
  await expect(connect({ ...login, tls: theirs })).rejects.toThrow();

  const etcd = plane.etcd.service;
  expect(await tryTls(etcd, { ca, cert, key })).toBe("open");
  expect(await tryTls(etcd, { ca })).toBe("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
  expect(await tryTls(etcd, { ca, cert: stranger.cert, key: stranger.key })).toMatch(/ALERT/);
  await expect(fetch(`http://${etcd}/health`)).rejects.toThrow();
  for (const { address } of plane.etcd.members)
    expect(await tryTls(`${address}:2380`, { ca })).toBe("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
  for (const { address } of plane.nats.members) expect(await tryPlain(`${address}:6222`)).not.toMatch(/PONG/);
});

test("frontends and workers refuse plain text, clients without a certificate, and a stranger's", async () => {
  const { frontend, workers } = await start(envOf("ports"));
  const { ca, cert, key } = await filesIn(await plane.certificate());
  const stranger = await filesIn(await strangers());
  const known = ["8000", "9090"]; // of clients, and of probes and metrics
  for (const { address } of [frontend, ...workers]) {
    const ports = (await portsAt(address)).filter((port) => !known.includes(port));
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) {
      const at = `${address}:${port}`;
      expect(await tryTls(at, { ca, cert, key, servername: graphsHost, rejectUnauthorized: true })).toBe(
        "open",
      );
      expect(await tryTls(at, { ca })).toBe("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
      expect(await tryTls(at, { ca, cert: stranger.cert, key: stranger.key })).toMatch(/ALERT/);
      expect(await tryPlain(at)).not.toMatch(/HTTP/);
    }
  }
});

test("a worker whose certificate has expired serves nobody", async () => {
  const [frontend] = [envOf("expired")];
  const expired = await plane.certificate({ ...issue, issuedAt: { [generation]: new Date("2025-01-01") } });
  const own = Object.entries(frontend).map(([name, value]) => [
    name,
    value.replace(/^.*\/dynamo-tls-\d+\//, `${expired}/`),
  ]);
  await expect(start(frontend, [Object.fromEntries(own)], 20_000)).rejects.toThrow();
});

test("two rotations fail no request, also where pods of two generations serve together", async () => {
  for (const graph of ["first", "second"]) {
    const before = envOf(graph);
    const first = startClient(await start(before));
    generation += 1;
    await plane.rotate(generation);
    await plane.certificate();
    await first.answers(20);
    // Its pods roll: new workers for an old frontend, and a new frontend for old workers.
    const after = envOf(graph);
    const mixed = [
      startClient(
        await start({ ...before, DYN_NAMESPACE: `${before.DYN_NAMESPACE}-a` }, [
          { ...after, DYN_NAMESPACE: `${before.DYN_NAMESPACE}-a` },
        ]),
      ),
      startClient(
        await start({ ...after, DYN_NAMESPACE: `${before.DYN_NAMESPACE}-b` }, [
          { ...before, DYN_NAMESPACE: `${before.DYN_NAMESPACE}-b` },
        ]),
      ),
    ];
    for (const client of mixed) await client.answers(20);
    for (const client of [first, ...mixed]) expect(await client.stop()).toEqual([]);
  }
});
