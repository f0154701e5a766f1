/** NATS and etcd of one stack, which other stacks use from other namespaces and from its own, on a real control plane. */
import { CoreV1Api, NetworkingV1Api } from "@kubernetes/client-node";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type PulumiEngine, startEngine } from "../../rehearsal/engine";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { devStack } from "../devStack";
import { attempt } from "./attempt";
import { allObjects } from "./objects";
import { operatorCrds } from "./realCrds";

jest.setTimeout(180_000);

const discovery = { mode: "nats-etcd", clientNamespaces: ["team-b"] };
const system = ["nats-system", "etcd-system"];

let rehearsal: Rehearsal;
let core: CoreV1Api;
const configure = (change: object) =>
  rehearsal.engine.configure({ "dynamo:discovery": { ...discovery, ...change } });
const up = async (change: object) => {
  await configure(change);
  await update(rehearsal);
};

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack({ discovery: { mode: "nats-etcd" }, graphs: [] }),
    nodes: 1,
    gpusPerNode: 4,
    crds: operatorCrds(),
  });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
}, 1_800_000);
afterAll(() => rehearsal?.stop());

/** Users in the clients' Secrets of a namespace, by the Secrets' names. */
async function users(namespace: string): Promise<string[]> {
  const { items } = await core.listNamespacedSecret({ namespace });
  return items
    .filter(({ metadata }) => metadata?.name?.includes("-client-"))
    .map(({ metadata, data }) => `${metadata?.name} ${Buffer.from(data?.username ?? "", "base64")}`)
    .sort();
}
const ofGeneration = (...generations: number[]) =>
  ["etcd", "nats"].flatMap((server) => generations.map((one) => `${server}-client-${one} dynamo-${one}`));

test("a namespace that is not there is told before anything is made, by a preview too", async () => {
  await configure({});
  await rehearsal.engine.configure({ "dynamo:namespace": { name: "team-a" } });
  for (const operation of ["preview", "up --skip-preview"] as const) {
    const { code, stdout } = await attempt(rehearsal, operation);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /dynamo:namespace\.name: the cluster has no namespace team-a: .*, or write dynamo:namespace\.create: true/,
    );
    expect(stdout).toMatch(
      /dynamo:discovery\.clientNamespaces: the cluster has no namespace team-b: make it by `kubectl create namespace team-b`, or take it out\. Nothing was changed/,
    );
    expect(stdout).not.toContain("kubernetes:core/v1");
  }
  const { items } = await core.listNamespace();
  expect(items.map(({ metadata }) => metadata?.name)).not.toContain("nats-system");
  await rehearsal.engine.configure({ "dynamo:namespace": { name: "dynamo" } });
});

test("a namespace that may connect has the Secrets, with the passwords of the graphs' own", async () => {
  await core.createNamespace({ body: { metadata: { name: "team-b" } } });
  await up({});
  expect(await users("team-b")).toEqual(ofGeneration(1));
  const [own, other] = await Promise.all(
    ["dynamo", "team-b"].map((namespace) => core.readNamespacedSecret({ name: "nats-client-1", namespace })),
  );
  expect(other?.data).toEqual(own?.data);
});

test("the network policies let it in", async () => {
  const networking = apiClient(rehearsal.kubeconfig, NetworkingV1Api);
  for (const name of ["nats", "etcd"]) {
    const { spec } = await networking.readNamespacedNetworkPolicy({ name, namespace: `${name}-system` });
    expect(JSON.stringify(spec?.ingress?.[0])).toContain('"kubernetes.io/metadata.name":"team-b"');
  }
});

test("stacks of its namespace and of another use its servers, come and go at the same time, and leave it as it is", async () => {
  const before = await allObjects(rehearsal.kubeconfig);
  const tools = await buildTools(rehearsalTools);
  const external = {
    mode: "nats-etcd",
    nats: { external: true, server: "nats://nats.nats-system:4222", secret: "nats-client-1" },
    etcd: { external: true, endpoints: ["http://etcd.etcd-system:2379"], secret: "etcd-client-1" },
  };
  const start = (namespace: string): Promise<PulumiEngine> => {
    const graphs = [{ name: `chat-${namespace}`, model: "m" }];
    const values = { discovery: external, namespace: { name: namespace }, graphs, budget: {} };
    return startEngine({
      tools,
      kubeconfig: rehearsal.kubeconfig,
      stack: { ...devStack(values), name: `in-${namespace}` },
    });
  };
  const engines = await Promise.all(["dynamo", "team-b"].map(start));
  try {
    const results = await Promise.all(
      engines.map((engine) => attempt({ ...rehearsal, engine }, "up --skip-preview")),
    );
    expect(results.map(({ code, stdout }) => [code, code === 0 || stdout])).toEqual([
      [0, true],
      [0, true],
    ]);
    await Promise.all([up({}), ...engines.map(({ stack }) => stack.destroy())]);
    expect(await allObjects(rehearsal.kubeconfig)).toEqual(expect.arrayContaining(before));
    expect(await users("team-b")).toEqual(ofGeneration(1));
  } finally {
    for (const engine of engines) await engine.stop();
  }
});

test("a rotation leaves the Secrets of the generation before, until the next one", async () => {
  await up({ credentials: { generation: 2 } });
  expect(await users("dynamo")).toEqual(ofGeneration(2));
  expect(await users("team-b")).toEqual(ofGeneration(1, 2));
  await up({ credentials: { generation: 3 } });
  expect(await users("team-b")).toEqual(ofGeneration(2, 3));
});

test("a namespace that is taken out has none; the servers' stay with what others have there, where the config keeps them", async () => {
  const theirs = { metadata: { name: "theirs" }, data: { a: "b" } };
  for (const namespace of system) await core.createNamespacedConfigMap({ namespace, body: theirs });
  const toKubernetes = () => rehearsal.engine.configure({ "dynamo:discovery": { mode: "kubernetes" } });
  await toKubernetes();
  const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
  expect(code).toBe(1);
  for (const namespace of system)
    expect(stdout).toContain(
      `dynamo:discovery: the stack has made ${namespace}, which would be deleted with what others have there: ConfigMap ${namespace}/theirs. Move these first; or, where they are to stay, set it back, with keepVolumes: true`,
    );

  await up({ credentials: { generation: 3 }, clientNamespaces: [], keepVolumes: true });
  expect(await users("team-b")).toEqual([]);
  expect(await users("dynamo")).toEqual(ofGeneration(3));
  await toKubernetes();
  await update(rehearsal);
  for (const namespace of system)
    expect(await core.readNamespacedConfigMap({ name: "theirs", namespace })).toMatchObject(theirs);
  expect(await users("dynamo")).toEqual([]);
});
