/** NATS and etcd of one stack, whose Secrets other namespaces get, on a real control plane. */
import { CoreV1Api, NetworkingV1Api } from "@kubernetes/client-node";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { update } from "./update";

jest.setTimeout(180_000);

const discovery = { mode: "nats-etcd", clientNamespaces: ["team-b"] };

let rehearsal: Rehearsal;
let core: CoreV1Api;
const up = async (change: object) => {
  await rehearsal.engine.configure({ "dynamo:discovery": { ...discovery, ...change } });
  await update(rehearsal);
};

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack({ discovery, graphs: [] }),
    nodes: 1,
    gpusPerNode: 1,
    crds: [],
  });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  await core.createNamespace({ body: { metadata: { name: "team-b" } } });
  await up({});
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

test("a namespace that may connect has the Secrets, with the passwords of the graphs' own", async () => {
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

test("a rotation leaves the Secrets of the generation before, until the next one", async () => {
  await up({ credentials: { generation: 2 } });
  expect(await users("dynamo")).toEqual(ofGeneration(2));
  expect(await users("team-b")).toEqual(ofGeneration(1, 2));
  await up({ credentials: { generation: 3 } });
  expect(await users("team-b")).toEqual(ofGeneration(2, 3));
});

test("a namespace that is taken out has none", async () => {
  await up({ credentials: { generation: 3 }, clientNamespaces: [] });
  expect(await users("team-b")).toEqual([]);
  expect(await users("dynamo")).toEqual(ofGeneration(3));
});
