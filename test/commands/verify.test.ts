/** The whole command, with a Pulumi CLI that prints what a test says. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "./command";

jest.setTimeout(60_000); // each run is a process of its own

const outputs = {
  discoveryMode: "kubernetes",
  runtime: "0.8.1",
  endpoints: {},
  graphs: {
    small: {
      deployment: "small",
      apiVersion: "nvidia.com/v1alpha1",
      namespace: "dynamo",
      model: "tiny",
      service: "small-frontend-np",
      expose: "ClusterIP",
      gpus: 1,
    },
  },
  services: [{ graph: "small", component: "Frontend", type: "frontend", replicas: 1, nodes: 1 }],
  servers: [],
  gpus: { budget: 4 },
};

const { PATH, KUBECONFIG } = process.env;
const folder = mkdtempSync(join(tmpdir(), "verify-"));
afterAll(() => {
  Object.assign(process.env, { PATH, KUBECONFIG });
  if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  rmSync(folder, { recursive: true });
});

function fakePulumi(printed: unknown): void {
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(printed));
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\ncat ${join(folder, "outputs.json")}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}:${PATH}`;
}

/** A kubeconfig of an API server. */
function kubeconfig(server: string): void {
  const path = join(folder, "kubeconfig");
  const named = { cluster: "c", user: "u" };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "here", context: named }],
    "current-context": "here",
  };
  writeFileSync(path, JSON.stringify(config));
  process.env.KUBECONFIG = path;
}

async function refused(line: RegExp, ...args: string[]) {
  const started = Date.now();
  const { code, stdout, stderr } = await run("verify", "--stack", "dev", ...args);
  expect(stderr).toMatch(line);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect([code, stdout]).toEqual([1, ""]);
  expect(Date.now() - started).toBeLessThan(30_000);
}

test("no Pulumi CLI", async () => {
  process.env.PATH = dirname(process.execPath);
  await refused(/^error: the Pulumi CLI is not on PATH/m);
});

test("a stack that is not deployed", async () => {
  fakePulumi({});
  await refused(/^error: stack dev is not deployed yet: run `pulumi up --stack dev`$/m);
});

test("a stack of another version of the program", async () => {
  const { services: _, ...others } = outputs;
  fakePulumi(others);
  await refused(
    /^error: stack dev was deployed by another version of this program \(its outputs lack services\)/m,
  );
});

test("a stack of a runtime that the program does not know", async () => {
  fakePulumi({ ...outputs, runtime: "9.0.0" });
  await refused(/^error: stack dev runs Dynamo 9\.0\.0, and this program knows 0\.7 to 1\.6/m);
});

test("a stack without graphs", async () => {
  fakePulumi({ ...outputs, graphs: {}, services: [] });
  await refused(/^error: stack dev has no graphs/m);
});

test("an API server that is gone", async () => {
  fakePulumi(outputs);
  kubeconfig("http://127.0.0.1:1");
  await refused(/^error: .*the API server http:\/\/127\.0\.0\.1:1 does not answer/m);
});

test("an API server that hears, and says nothing", async () => {
  fakePulumi(outputs);
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  kubeconfig(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  await refused(/^error: .*does not answer/m, "--timeout", "1");
  silent.close();
});

test("a timeout that is no number", async () => {
  await refused(/write a number above 0/, "--timeout", "soon");
});
