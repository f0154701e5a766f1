/** Certificates of a stack on a real control plane: where keys are, rotation, and the way into encryption and out of it. */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, type V1Pod, type V1Secret } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { readStack } from "../../config/project";
import { graphsHost } from "../../plan/certificates/certificates";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { realCrds } from "./realCrds";

jest.setTimeout(300_000);

const discovery = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } };
const graphs = [{ name: "small", model: "m" }];

let rehearsal: Rehearsal;
let core: CoreV1Api;
let output = "";
const onOutput = (text: string) => {
  output += text;
};
const configure = (config: object) => rehearsal.engine.configure({ "dynamo:graphs": graphs, ...config });

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: readStack("dev"),
    nodes: 4,
    gpusPerNode: 2,
    crds: realCrds("1.4"),
  });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  await configure({ "dynamo:discovery": discovery, "dynamo:encryption": { issuer: "own" } });
  await update(rehearsal, { onOutput });
}, 2_400_000);

afterAll(() => rehearsal?.stop());

const textOf = ({ data = {} }: V1Secret, file: string) => Buffer.from(data[file] ?? "", "base64").toString();
const certificates = async () =>
  (await core.listSecretForAllNamespaces()).items
    .filter(({ type, metadata }) => type === "kubernetes.io/tls" && metadata?.labels?.["pulumi-dynamo/stack"])
    .sort((a, b) => `${a.metadata?.name}`.localeCompare(`${b.metadata?.name}`));
const namesOf = (secrets: readonly V1Secret[]) =>
  secrets.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
const podsOfStack = async (): Promise<V1Pod[]> =>
  (await core.listPodForAllNamespaces()).items.filter(({ metadata }) =>
    ["dynamo", "nats-system", "etcd-system"].includes(metadata?.namespace ?? ""),
  );
/** Names of the Secrets with certificates that running pods mount, each once. */
const mounted = async () => {
  const volumes = (await podsOfStack())
    .filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running")
    .flatMap(({ spec }) => spec?.volumes ?? []);
  const names = volumes.flatMap(({ secret }) => secret?.secretName ?? []);
  return [...new Set(names.filter((name) => name.includes("-tls-")))].sort();
};
const deployments = async () =>
  (await allObjects(rehearsal.kubeconfig)).filter((object) => object.startsWith("DynamoGraphDeployment "));

test("members and pods of graphs get certificates that are theirs", async () => {
  const all = await certificates();
  expect(namesOf(all)).toEqual(["dynamo/dynamo-tls-1", "etcd-system/etcd-tls-1", "nats-system/nats-tls-1"]);
  expect(await mounted()).toEqual(["dynamo-tls-1", "etcd-tls-1", "nats-tls-1"]);
  const hosts = [graphsHost, "etcd-2.etcd-headless.etcd-system.svc.cluster.local", "nats.nats-system"];
  for (const [i, secret] of all.entries()) {
    const certificate = new X509Certificate(textOf(secret, "tls.crt"));
    const authority = new X509Certificate(textOf(secret, "ca.crt"));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(textOf(secret, "tls.key")))).toBe(true);
    expect(certificate.checkHost(hosts[i] ?? "")).toBe(hosts[i]);
    const days = (new Date(certificate.validTo).getTime() - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(365);
  }
});

test("an alert knows the day on which they end", async () => {
  const secret = await core.readNamespacedSecret({ name: "dynamo-tls-1", namespace: "dynamo" });
  const end = new Date(new X509Certificate(textOf(secret, "tls.crt")).validTo).getTime() / 1000;
  const { stdout } = await rehearsal.engine.stack.preview({ diff: true }).then(({ stdout }) => ({ stdout }));
  expect(stdout).not.toMatch(/certificates.*(update|replace)/);
  const state = JSON.stringify(await rehearsal.engine.stack.exportStack());
  expect(state).toContain(`vector(${end}) - time()`);
});

test("keys are in Secrets alone: not in the state, not in what was printed, not in any other object", async () => {
  const { workDir } = rehearsal.engine.stack.workspace;
  const files = await readdir(workDir, { recursive: true, withFileTypes: true });
  const states = files.filter((file) => file.isFile() && file.name.endsWith(".json"));
  const texts = await Promise.all(states.map((file) => readFile(join(file.parentPath, file.name), "utf8")));
  const others = [(await core.listConfigMapForAllNamespaces()).items, await podsOfStack()];
  const everything = [...texts, JSON.stringify(others), output].join("\n");
  expect(everything).toContain("discovery-authorities-secret-1"); // so that there is something to find
  expect(everything).not.toContain("PRIVATE KEY");
  for (const secret of await certificates()) {
    const [, line = "no key"] = textOf(secret, "tls.key").split("\n");
    expect(line).toMatch(/^MC4CAQ/);
    expect(everything).not.toContain(line);
    expect(everything).not.toContain(secret.data?.["tls.key"]);
  }
});

test("one number rotates them: members and pods roll, and no graph is replaced", async () => {
  const before = await deployments();
  await configure({ "dynamo:discovery": discovery, "dynamo:encryption": { issuer: "own", generation: 3 } });
  const jump = await attempt(rehearsal, "up");
  expect(jump.code).toBe(1);
  expect(jump.stdout).toContain("write dynamo:encryption.generation: 2 first");
  await configure({ "dynamo:discovery": discovery, "dynamo:encryption": { issuer: "own", generation: 2 } });
  await update(rehearsal, { onOutput });
  const all = ["dynamo-tls-2", "etcd-tls-2", "nats-tls-2"];
  await pWaitFor(async () => JSON.stringify(await mounted()) === JSON.stringify(all), { timeout: 100_000 });
  expect(await deployments()).toEqual(before);
  const secrets = await certificates();
  expect(namesOf(secrets).map((name) => name.split("/")[1])).toEqual(all);
  // The authorities before, of now and of the next.
  for (const secret of secrets) expect(textOf(secret, "ca.crt").match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  await update(rehearsal, { expectNoChanges: true });
});

test("it can't end where NATS and etcd are, and nothing changes by the attempt", async () => {
  const unchanged = await allObjects(rehearsal.kubeconfig);
  await rehearsal.engine.stack.removeConfig("dynamo:encryption");
  for (const operation of ["preview", "up"] as const) {
    const { code, stdout } = await attempt(rehearsal, operation);
    expect(code).toBe(1);
    expect(stdout).toContain("✖ can't end where NATS and etcd are: ");
    expect(stdout).not.toMatch(/^\s+at .*\.[jt]s/m);
  }
  expect(await allObjects(rehearsal.kubeconfig)).toEqual(unchanged);
});

test("by way of mode kubernetes it ends, and begins again", async () => {
  const steps: [object, string[]][] = [
    [
      { "dynamo:discovery": { mode: "kubernetes" }, "dynamo:encryption": { issuer: "own", generation: 2 } },
      ["dynamo-tls-2"],
    ],
    [{ "dynamo:discovery": { mode: "kubernetes" } }, []],
    [{ "dynamo:discovery": discovery }, []],
    [{ "dynamo:discovery": { mode: "kubernetes" } }, []],
    [
      { "dynamo:discovery": { mode: "kubernetes" }, "dynamo:encryption": { issuer: "own" } },
      ["dynamo-tls-1"],
    ],
  ];
  let last = await deployments();
  for (const [config, secrets] of steps) {
    await rehearsal.engine.stack.removeConfig("dynamo:encryption");
    await configure(config);
    await update(rehearsal, { onOutput });
    const now = await deployments();
    expect(now).toHaveLength(1);
    expect(now).not.toEqual(last); // another graph beside the old one, which has gone
    await pWaitFor(async () => JSON.stringify(await mounted()) === JSON.stringify(secrets), {
      timeout: 100_000,
    });
    last = now;
  }
});
