/** What is said where a cluster can't be asked. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../commands/cli/userError";
import { clusterAccess } from "../../../commands/stack/cluster";
import { connectToCluster } from "../../../commands/stack/connection";

const directory = mkdtempSync(join(tmpdir(), "cluster-"));
const before = process.env.KUBECONFIG;
const open: { close(): unknown }[] = [];
afterEach(() => open.splice(0).map((each) => each.close()));
afterAll(() => {
  rmSync(directory, { recursive: true });
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

function kubeconfig(content: object | string): void {
  process.env.KUBECONFIG = join(directory, "config");
  writeFileSync(process.env.KUBECONFIG, typeof content === "string" ? content : JSON.stringify(content));
}

const of = (server: string) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "prod", cluster: { server, "insecure-skip-tls-verify": true } }],
  users: [{ name: "me", user: {} }],
  contexts: [{ name: "prod-admin", context: { cluster: "prod", user: "me" } }],
  "current-context": "prod-admin",
});

async function apiServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => [server.close(), server.closeAllConnections()] });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Takes every port-forward, and says nothing more. */
async function webSocketServer(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  server.on("upgrade", ({ headers }, socket) => {
    open.push({ close: () => socket.destroy() });
    // RFC 6455, 1.3
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  await once(server, "listening");
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function told(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toMatch(/\n/);
  return error.message;
}

test("no kubeconfig", async () => {
  process.env.KUBECONFIG = join(directory, "missing");
  expect(await told(connectToCluster(undefined))).toMatch(/^the kubeconfig can't be read: ENOENT/);
  kubeconfig("");
  expect(await told(connectToCluster(undefined))).toBe("the kubeconfig can't be read: it is empty, or none");
  kubeconfig({ clusters: [] });
  expect(await told(connectToCluster(undefined))).toBe("the kubeconfig names no cluster: set KUBECONFIG");
});

test("no such context", async () => {
  kubeconfig(of("http://127.0.0.1:1"));
  expect(await told(connectToCluster("other"))).toBe(
    "the kubeconfig has no context other, as dynamo:cluster.context says: it has prod-admin",
  );
});

test("no API server", async () => {
  kubeconfig(of("http://127.0.0.1:1"));
  const cluster = clusterAccess(await connectToCluster("prod-admin"));
  expect(await told(cluster.service("dynamo", "chat-frontend"))).toMatch(
    /^Service dynamo\/chat-frontend: the API server http:\/\/127\.0\.0\.1:1 does not answer: connect ECONNREFUSED/,
  );
  const tunnel = cluster.tunnel({ namespace: "dynamo", name: "chat-0" }, 8000, new Socket());
  expect(await told(tunnel)).toMatch(/^a port-forward to pod dynamo\/chat-0: .*ECONNREFUSED/);
});

test.each([
  [404, { message: 'services "chat-frontend" not found' }, /: services "chat-frontend" not found$/],
  [403, { message: "services is forbidden: User me cannot get it" }, /: services is forbidden/],
  [401, { message: "Unauthorized" }, /does not accept the kubeconfig's credentials \(401\)$/],
  [502, undefined, /answers 502$/],
])("an API server that answers %i", async (status, body, message) => {
  const url = await apiServer((_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
  });
  kubeconfig(of(url));
  const cluster = clusterAccess(await connectToCluster(undefined));
  expect(await told(cluster.service("dynamo", "chat-frontend"))).toMatch(message);
});

test("an API server that takes no port-forward", async () => {
  const url = await apiServer((_, response) => response.writeHead(403).end());
  kubeconfig(of(url));
  const cluster = clusterAccess(await connectToCluster(undefined));
  const tunnel = cluster.tunnel({ namespace: "dynamo", name: "chat-0" }, 8000, new Socket());
  expect(await told(tunnel)).toBe(`a port-forward to pod dynamo/chat-0: the API server ${url} answers 403`);
});

test("an API server that cuts a port-forward is told, and the end of one's own is not", async () => {
  const url = await webSocketServer();
  kubeconfig(of(url));
  const cluster = clusterAccess(await connectToCluster(undefined));
  const pod = { namespace: "dynamo", name: "chat-0" };
  const own = await cluster.tunnel(pod, 8000, new Socket());
  own.close();
  expect(await own.ended).toBe("");
  const cut = await cluster.tunnel(pod, 8000, new Socket());
  for (const each of open.splice(0)) each.close();
  expect(await cut.ended).toBe(`the API server ${url} cut the port-forward`);
});
