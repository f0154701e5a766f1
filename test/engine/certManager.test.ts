/** Certificates of cert-manager, by its stand-in, on a real control plane: waited for, rotated, and with no key in the state. */
import { X509Certificate } from "node:crypto";
import { CoreV1Api, CustomObjectsApi, type V1Secret } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { certificateKind, certificateManifest } from "../../plan/certificates/certManager";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { realCrds } from "./realCrds";

jest.setTimeout(300_000);

const discovery = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } };
const by = (generation: number) => ({
  issuer: "cert-manager",
  issuerRef: { name: "internal-ca" },
  generation,
});
const settings = { discovery, encryption: by(1), graphs: [{ name: "small", model: "m" }] };

let rehearsal: Rehearsal;
let core: CoreV1Api;

beforeAll(async () => {
  const stack = devStack(settings);
  rehearsal = await startRehearsal({ stack, nodes: 4, gpusPerNode: 2, crds: realCrds("1.4") });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  await update(rehearsal);
}, 2_400_000);

afterAll(() => rehearsal?.stop());

const textOf = ({ data = {} }: V1Secret, file: string) => Buffer.from(data[file] ?? "", "base64").toString();
const secrets = async () =>
  (await core.listSecretForAllNamespaces()).items
    .filter(({ type }) => type === "kubernetes.io/tls")
    .sort((a, b) => `${a.metadata?.name}`.localeCompare(`${b.metadata?.name}`));
const names = async () => (await secrets()).map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
const until = (wanted: readonly string[]) =>
  pWaitFor(async () => JSON.stringify(await names()) === JSON.stringify(wanted), { timeout: 60_000 });
const ofGeneration = (generation: number) =>
  ["dynamo/dynamo", "etcd-system/etcd", "nats-system/nats"].map(
    (holder) => `${holder}-tls-internal-ca-${generation}`,
  );
const state = async () => JSON.stringify(await rehearsal.engine.stack.exportStack());
const deployments = async () =>
  (await allObjects(rehearsal.kubeconfig)).filter((object) => object.startsWith("DynamoGraphDeployment "));

test("the stand-in is told of", () => {
  expect(rehearsal.standIns).toContain("cert-manager and its issuer");
});

test("an update waits for certificates of one authority, and has no key in its state", async () => {
  expect(await names()).toEqual(ofGeneration(1));
  const found = await state();
  expect(found).toContain("cert-manager.io/v1:Certificate");
  for (const secret of await secrets()) {
    const certificate = new X509Certificate(textOf(secret, "tls.crt"));
    expect(certificate.verify(new X509Certificate(textOf(secret, "ca.crt")).publicKey)).toBe(true);
    expect(found).not.toContain(textOf(secret, "tls.key").split("\n")[1]);
  }
  await update(rehearsal, { expectNoChanges: true });
});

test("the alert knows the end of the first of them", async () => {
  const ends = (await secrets()).map((one) =>
    Date.parse(new X509Certificate(textOf(one, "tls.crt")).validTo),
  );
  const told = Number(/vector\((\d+)\) - time\(\)/.exec(await state())?.[1]) * 1000;
  const early = Math.min(...ends) - told;
  expect(early).toBeGreaterThanOrEqual(0);
  expect(early).toBeLessThan(60_000); // from the Certificate to its signature
});

test("any generation may follow, and the Secrets before go with their Certificates", async () => {
  const before = await deployments();
  await rehearsal.engine.configure({ "dynamo:encryption": by(3) });
  await update(rehearsal);
  expect(await deployments()).toEqual(before);
  await until(ofGeneration(3));
});

test("what another issuer has signed can't come where NATS and etcd are", async () => {
  await rehearsal.engine.configure({ "dynamo:encryption": { issuer: "own" } });
  const { code, stdout } = await attempt(rehearsal, "up");
  expect(code).toBe(1);
  expect(stdout).toContain("✖ can't have another issuer where NATS and etcd are: ");
  expect(await names()).toEqual(ofGeneration(3));
});

test("by way of mode kubernetes it does, with another graph", async () => {
  const before = await deployments();
  await rehearsal.engine.configure({
    "dynamo:discovery": { mode: "kubernetes" },
    "dynamo:encryption": by(3),
  });
  await update(rehearsal);
  await until(["dynamo/dynamo-tls-internal-ca-3"]);
  await rehearsal.engine.configure({ "dynamo:encryption": { issuer: "own" } });
  await update(rehearsal);
  await until(["dynamo/dynamo-tls-1"]);
  expect(await deployments()).not.toEqual(before);
  expect(await deployments()).toHaveLength(1);
});

test("of an issuer that is not there no Certificate becomes Ready", async () => {
  const issuerRef = { name: "nobody", kind: "ClusterIssuer", group: "cert-manager.io" };
  const metadata = { name: "a", namespace: "dynamo" };
  const manifest = certificateManifest({ metadata, hosts: ["a"], generation: 1, issuerRef });
  const [group = "", version = ""] = certificateKind.apiVersion.split("/");
  const where = { group, version, namespace: "dynamo", plural: "certificates" };
  const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
  await custom.createNamespacedCustomObject({ ...where, body: { ...certificateKind, ...manifest } });
  const conditions = async () =>
    (await custom.getNamespacedCustomObject({ ...where, name: "a" })).status?.conditions;
  await pWaitFor(async () => (await conditions()) !== undefined, { timeout: 30_000 });
  expect(await conditions()).toMatchObject([{ type: "Ready", status: "False", reason: "DoesNotExist" }]);
  expect(await names()).not.toContain("dynamo/a");
});
