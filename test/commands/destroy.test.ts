/** How `npm run destroy` ends where it can't begin. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { keptNamespaces } from "../../commands/destroy/keptNamespaces";
import { devStack } from "../devStack";
import { run } from "./command";
import { surroundings } from "./surroundings";

const { fakePulumi, kubeconfig } = surroundings();
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

test("namespaces of servers are kept by what is deployed, and not by what the config has since", async () => {
  const namespace = (id: string, retainOnDelete?: boolean) => ({
    type: "kubernetes:core/v1:Namespace",
    id,
    retainOnDelete,
  });
  const kept = (keepVolumes: boolean, yes = true) =>
    keptNamespaces("dev", devStack({ discovery: { mode: "nats-etcd", keepVolumes } }), yes);
  const all = ["nats-system", "etcd-system"];
  const state = (...resources: object[]) => fakePulumi({ deployment: { resources } });
  state(...all.map((id) => namespace(id, true)));
  expect(await kept(true)).toEqual(all);
  expect(await kept(false)).toEqual([]);
  state(namespace("nats-system", true), namespace("etcd-system"));
  expect(await kept(true, false)).toEqual(["nats-system"]);
  await expect(kept(true)).rejects.toThrow(
    "nothing was deleted: dynamo:discovery.keepVolumes is not deployed yet, and etcd-system would go: run `pulumi up --stack dev` first, or take it out",
  );
  state();
  expect(await kept(true)).toEqual(all);
});
