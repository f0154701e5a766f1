/** What hooks of updates and previews read of a cluster has an end, whatever answers there. */
import type { RequestListener } from "node:http";
import { clusterUid, connect } from "../../../components/hooks/cluster";
import { listableKinds, listObjects } from "../../../components/hooks/listing";
import { apiServer } from "../../../preflight/read/apiServer";
import { endless, obeyed, servers } from "../../commands/hostile";

const start = servers();
const secret = "planted-kube-token";

/** A cluster whose API server is that. */
async function clusterOf(listener: RequestListener) {
  const server = await start(listener);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: secret } }],
    contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
    "current-context": "here",
  };
  return async () => ({ kubeconfig: JSON.stringify(config) });
}

/** Waits last a twentieth of what they are. */
const { timeout } = AbortSignal;
beforeAll(() => {
  jest.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout.call(AbortSignal, ms / 20));
});
afterAll(() => jest.restoreAllMocks());

const json =
  (answer: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));

test.each<[string, RequestListener, RegExp]>([
  [
    "has no end",
    (_, response) => endless(response, Buffer.alloc(1 << 16, 32)),
    /more than 32 MiB|timeout|aborted/i,
  ],
  ["never comes", () => {}, /timeout|aborted/i],
  ["is no API server's", (_, response) => response.end("<html>"), /no object of Kubernetes/],
])("an answer that %s", async (_, listener, message) => {
  const cluster = await clusterOf(listener);
  const { config } = await connect(cluster);
  const server = await apiServer(config);
  const pods = { apiVersion: "v1", kind: "Pod" };
  await expect(clusterUid(cluster)).rejects.toThrow(message);
  await expect(listObjects(config, pods, { namespace: "a" })).rejects.toThrow(message);
  await expect(listableKinds(config)).rejects.toThrow(message);
  await expect(server.get("/api/v1/pods")).rejects.toThrow(/more than 32 MiB|timeout|JSON/);
  server.close();
});

test("an answer is read, without what a terminal would obey and without the token", async () => {
  const cluster = await clusterOf(json({ metadata: { uid: `1${obeyed} ${secret}` } }));
  expect(await clusterUid(cluster)).toBe("1REDgnp [secret]");
});

test("a user who may not read it is told apart from a server that does not answer", async () => {
  expect(await clusterUid(await clusterOf(json({ kind: "Status", message: "no" }, 403)))).toBeUndefined();
  await expect(clusterUid(await clusterOf(json({ kind: "Status", message: "no" }, 500)))).rejects.toThrow();
});
