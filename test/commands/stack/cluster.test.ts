/** What is said where a cluster can't be asked. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCluster } from "../../../commands/stack/cluster";
import { UserError } from "../../../commands/userError";

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
  expect(await told(connectCluster(undefined))).toMatch(/^the kubeconfig can't be read: ENOENT/);
});

test("no such context", async () => {
  kubeconfig(of("http://127.0.0.1:1"));
  expect(await told(connectCluster("other"))).toBe(
    "the kubeconfig has no context other, as dynamo:cluster.context says: it has prod-admin",
  );
});

test("no API server", async () => {
  kubeconfig(of("http://127.0.0.1:1"));
  const cluster = await connectCluster("prod-admin");
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
  const cluster = await connectCluster(undefined);
  expect(await told(cluster.service("dynamo", "chat-frontend"))).toMatch(message);
});

test("an API server that takes no port-forward", async () => {
  const url = await apiServer((_, response) => response.writeHead(403).end());
  kubeconfig(of(url));
  const cluster = await connectCluster(undefined);
  const tunnel = cluster.tunnel({ namespace: "dynamo", name: "chat-0" }, 8000, new Socket());
  expect(await told(tunnel)).toBe(`a port-forward to pod dynamo/chat-0: the API server ${url} answers 403`);
});
