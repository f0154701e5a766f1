/** How `npm run destroy` ends where it can't begin. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { run } from "./command";
import { surroundings } from "./surroundings";

const { kubeconfig } = surroundings();
/** An API server that has nothing. */
const server = createServer(({ url }, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(url === "/apis" ? { groups: [] } : { groupVersion: "v1", resources: [] }));
}).listen(0, "127.0.0.1");
afterAll(() => server.close());

async function refused(line: RegExp, ...args: string[]) {
  const { code, stdout, stderr } = await run("destroy", "--stack", "dev", ...args);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([code, stdout]).toEqual([1, ""]);
}

test("no kubeconfig, or an empty one", async () => {
  process.env.KUBECONFIG = "/nonexistent";
  await refused(/^error: the kubeconfig can't be read: ENOENT/m);
  kubeconfig({ text: "" });
  await refused(/^error: the kubeconfig can't be read: it is empty, or none$/m);
});

test("a cluster that has nothing, and no Pulumi CLI", async () => {
  if (!server.listening) await once(server, "listening");
  kubeconfig({ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  process.env.PATH = dirname(process.execPath);
  const { code, stdout, stderr } = await run("destroy", "--stack", "dev");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^the Pulumi CLI is not on PATH.*Looking for what a stack of this name has$/m);
  expect(stdout).toMatch(/^the cluster has nothing of dynamo\/dev$/m);
  await refused(/^error: the Pulumi CLI is not on PATH: install it from https:\S+$/m, "--yes");
});
