/** Both stacks of the project by the real engine on a real control plane, from `up` to `destroy`. */
import {
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  type V1EnvVar,
  type V1Pod,
} from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { poolsOf } from "../../config/pools";
import { readStack } from "../../config/project";
import { fieldsOf } from "../../plan/graph/graphFields";
import { planStack } from "../../plan/stack";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { attempt } from "./attempt";
import { allObjects, settledChanges } from "./objects";
import { realCrds } from "./realCrds";

jest.setTimeout(180_000);

const modes = {
  dev: {
    has: { DYN_DISCOVERY_BACKEND: "kubernetes" },
    lacks: ["NATS_SERVER", "ETCD_ENDPOINTS", "DYN_STORE_KV"],
    members: [],
  },
  prod: {
    has: { NATS_SERVER: "tls://nats.nats-system:4222", ETCD_ENDPOINTS: "https://etcd.etcd-system:2379" },
    lacks: ["DYN_DISCOVERY_BACKEND", "DYN_STORE_KV"],
    members: ["etcd-0", "etcd-1", "etcd-2", "nats-0", "nats-1", "nats-2"],
  },
} as const;

describe.each(["dev", "prod"] as const)("the stack %s", (name) => {
  const stack = readStack(name);
  const { settings } = stack;
  const [first] = settings.graphs;
  if (!first) throw new Error("the stack has no graph");
  const [{ name: workers, replicas = 1 } = { name: "" }] = poolsOf(first);
  const { graphs } = planStack(settings);
  const deployment = (graph: string) =>
    graphs.find(({ name }) => name === graph)?.deployment.metadata.name ?? "";

  /** Pods of all graphs. */
  const planned = settings.graphs
    .map(({ frontend, workers }) => frontend.replicas + (workers?.replicas ?? 1))
    .reduce((sum, count) => sum + count, 0);

  let rehearsal: Rehearsal;
  let core: CoreV1Api;
  let slices: DiscoveryV1Api;
  let custom: CustomObjectsApi;
  let before: string[];

  const up = (options: object = {}) => rehearsal.engine.stack.up({ onOutput: () => {}, ...options });
  /** Sets the graphs of the config, the first one changed. */
  const changeFirst = (change: object) =>
    rehearsal.engine.configure({ "dynamo:graphs": [{ ...first, ...change }, ...settings.graphs.slice(1)] });
  const graph = async (graphName: string) =>
    custom.getNamespacedCustomObject({
      group: "nvidia.com",
      version: "v1beta1",
      namespace: settings.namespace.name,
      plural: "dynamographdeployments",
      name: deployment(graphName),
    });
  const pods = async (): Promise<V1Pod[]> => (await core.listPodForAllNamespaces()).items;

  beforeAll(async () => {
    rehearsal = await startRehearsal({ stack, nodes: 12, gpusPerNode: 8, crds: realCrds("1.4") });
    core = apiClient(rehearsal.kubeconfig, CoreV1Api);
    slices = apiClient(rehearsal.kubeconfig, DiscoveryV1Api);
    custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
    before = await allObjects(rehearsal.kubeconfig);
  }, 2_400_000);

  afterAll(() => rehearsal?.stop());

  test("comes up, and every graph is Ready", async () => {
    const { outputs } = await up();
    expect(outputs.discoveryMode?.value).toBe(settings.discovery.mode);
    for (const { name: graphName } of settings.graphs)
      expect((await graph(graphName)).status).toMatchObject({
        state: "successful",
        conditions: expect.arrayContaining([expect.objectContaining({ type: "Ready", status: "True" })]),
      });
  });

  test("runs as many pods as the plan says, each on a node", async () => {
    const all = (await pods()).filter(({ status }) => status?.phase !== "Succeeded"); // a Job's pod has done its work
    expect(all.filter(({ spec }) => !spec?.nodeName)).toEqual([]);
    const ofGraphs = all.filter(({ metadata }) => metadata?.namespace === settings.namespace.name);
    expect(ofGraphs).toHaveLength(planned);
    const members = all.filter((pod) => !ofGraphs.includes(pod)).map(({ metadata }) => metadata?.name);
    expect(members.sort()).toEqual(modes[name].members);
  });

  test("gives the pods of its graphs the env of its mode, and nothing of the other", async () => {
    for (const pod of await pods()) {
      if (pod.metadata?.namespace !== settings.namespace.name) continue;
      const env = valuesOf(pod.spec?.containers[0]?.env);
      expect(env).toMatchObject(modes[name].has);
      for (const key of modes[name].lacks) expect(env).not.toHaveProperty(key);
    }
  });

  test("has endpoints behind the frontend's Service", async () => {
    const { items } = await slices.listNamespacedEndpointSlice({
      namespace: settings.namespace.name,
      labelSelector: `kubernetes.io/service-name=${first.name}-frontend-np`,
    });
    const ready = items
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready);
    expect(ready).toHaveLength(first.frontend.replicas);
  });

  test("does not change by a second up", async () => {
    await expect(up({ expectNoChanges: true })).resolves.toBeDefined();
  });

  test("takes one replica less in place", async () => {
    const { metadata } = await graph(first.name);
    await changeFirst({ workers: { ...first.workers, replicas: replicas - 1 } });
    const { summary } = await up();
    expect(summary.resourceChanges).toMatchObject({ update: expect.any(Number) });
    expect(summary.resourceChanges).not.toHaveProperty("replace");
    expect(summary.resourceChanges).not.toHaveProperty("create");
    const changed = await graph(first.name);
    expect(changed.metadata.uid).toBe(metadata.uid);
    expect(fieldsOf(changed).components[workers]?.replicas).toBe(replicas - 1);
  });

  test("says which pods wait, and why, when there are too few GPUs", async () => {
    await rehearsal.engine.configure({ "dynamo:budget": { gpus: 2000 } });
    await changeFirst({ workers: { ...first.workers, replicas: 200 }, readyTimeout: "20s" });
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
    expect(code).toBe(1);
    const pod = `${deployment(first.name)}-${workers.toLowerCase()}-\\S+`;
    expect(stdout).toMatch(
      new RegExp(`pod ${pod} waits: 0/12 nodes are available: 12 Insufficient nvidia.com/gpu`),
    );
    expect(stdout).toMatch(
      new RegExp(
        `graph ${first.name}, after 1\\d s: \\d+ of \\d+ pods Ready; .*\\d+ of ${workers}: 0/12 nodes are available`,
      ),
    );
  });

  test("comes up again when they suffice", async () => {
    await changeFirst({});
    await up();
    expect((await graph(first.name)).status.state).toBe("successful");
  });

  test("changes nothing when its config is wrong", async () => {
    const inNamespace = async () =>
      (await core.listNamespacedPod({ namespace: settings.namespace.name })).items;
    // Surplus ones end in their own time.
    await pWaitFor(async () => (await inNamespace()).length === planned, { interval: 200 });
    const unchanged = await allObjects(rehearsal.kubeconfig);
    const [, ...others] = settings.graphs;
    const wrong = { ...first, name: "Wrong", workers: { ...first.workers, gpus: 0.5 } };
    await rehearsal.engine.configure({ "dynamo:graphs": [wrong, ...others] });
    const { code, stdout } = await attempt(rehearsal, "up");
    expect(code).toBe(1);
    expect(stdout).toContain(
      "✖ must be a whole number of at least 1, found 0.5 → at dynamo:graphs[0].workers.gpus",
    );
    expect(stdout).toContain("→ at dynamo:graphs[0].name");
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(await allObjects(rehearsal.kubeconfig)).toEqual(unchanged);
  });

  test("leaves nothing behind when it is destroyed", async () => {
    await rehearsal.engine.stack.destroy({ onOutput: () => {} });
    expect(await settledChanges(rehearsal.kubeconfig, before)).toEqual([]);
  });
});

function valuesOf(env: readonly V1EnvVar[] = []): Record<string, string | undefined> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}
