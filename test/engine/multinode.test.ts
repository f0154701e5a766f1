/** Graphs whose workers span several nodes: made, scaled, changed, short of room and of quota, and destroyed. */
import { CoreV1Api, CustomObjectsApi, type V1Pod } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { componentLabel, isFollower } from "../../plan/graph/labels";
import { update, withoutResults } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { readPlacement } from "../../rehearsal/placement";
import { placementTable } from "../../rehearsal/placementTable";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { stackOf } from "../commands/upgradeCheck/stackOf";
import { attempt } from "./attempt";
import { operatorCrds } from "./realCrds";

jest.setTimeout(300_000);

const namespace = "dynamo";
const workers = { gpus: 8, nodes: 2, tensorParallel: 8, pipelineParallel: 2 };
const graphs = (more: object = {}) => [
  { name: "wide", model: "org/model", workers: { ...workers, ...more }, readyTimeout: "30s" },
];

describe.each([
  [
    "grove",
    "v1alpha1",
    /^(\w+-)?wide-0-vllmworker-\d-vllmworker-(ldr|wkr)-\w{5}$/,
    /^(\w+-)?wide-0-frontend-\w{5}$/,
  ],
  [
    "leaderworkerset",
    "v1beta1",
    /^(\w+-)?wide-vllmworker-[0-9a-f]{8}-\d-0(-1)?$/,
    /^(\w+-)?wide-frontend-\w+-\w{5}$/,
  ],
] as const)("on %s", (orchestrator, apiVersion, ofWorkers, ofFrontends) => {
  let rehearsal: Rehearsal;
  let core: CoreV1Api;

  beforeAll(async () => {
    const stack = stackOf({
      runtime: { version: "1.4.2" },
      discovery: { mode: "kubernetes" },
      platform: { orchestrator, apiVersion },
      graphs: graphs(),
    });
    rehearsal = await startRehearsal({ stack, nodes: 5, gpusPerNode: 8, crds: operatorCrds() });
    core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  }, 1_800_000);
  afterAll(() => rehearsal?.stop());

  const podsOf = async (component: string): Promise<V1Pod[]> => {
    const labelSelector = `${componentLabel}=${component}`;
    return (await core.listNamespacedPod({ namespace, labelSelector })).items;
  };
  const configure = (more: object) => rehearsal.engine.configure({ "dynamo:graphs": graphs(more) });
  const namesOf = (pods: V1Pod[]) => pods.map(({ metadata }) => metadata?.name ?? "");

  test("a leader and a follower stand on nodes of their own, and the update ends", async () => {
    await update(rehearsal);
    const pods = await podsOf("VllmWorker");
    expect(namesOf(pods)).toEqual([expect.stringMatching(ofWorkers), expect.stringMatching(ofWorkers)]);
    expect(pods.filter(({ metadata }) => isFollower(metadata?.labels))).toHaveLength(1);
    expect(new Set(pods.map(({ spec }) => spec?.nodeName)).size).toBe(2);
    expect(namesOf(await podsOf("Frontend"))).toEqual([expect.stringMatching(ofFrontends)]);
    const table = placementTable(await readPlacement(rehearsal.kubeconfig));
    expect(table).toContain("16 of 40 GPUs on 5 nodes are in use");
    expect(table).toMatch(/1 × dynamo\/(\w+-)?wide VllmWorker \(8 GPUs each\)/);
    expect(table).toContain("Every pod runs");
  });

  test("more replicas come beside those that are there", async () => {
    const before = namesOf(await podsOf("VllmWorker"));
    await configure({ replicas: 2 });
    await update(rehearsal);
    const after = namesOf(await podsOf("VllmWorker"));
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
  });

  test("other arguments roll replica by replica", async () => {
    const before = new Set((await podsOf("VllmWorker")).map(({ metadata }) => metadata?.uid));
    await configure({ replicas: 2, args: ["--max-model-len=4096"] });
    await update(rehearsal);
    const pods = await podsOf("VllmWorker");
    expect(pods).toHaveLength(4);
    for (const { metadata, spec } of pods) {
      expect(before.has(metadata?.uid)).toBe(false);
      expect(JSON.stringify(spec?.containers[0])).toContain("--max-model-len=4096");
    }
  });

  test("a replica without room is told in the scheduler's words", async () => {
    await configure({ replicas: 3, args: ["--max-model-len=4096"] });
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/pod \S*wide-\S+ waits: 0\/5 nodes are available: .*Insufficient nvidia.com\/gpu/);
    const table = placementTable(await readPlacement(rehearsal.kubeconfig));
    expect(table).toContain("40 of 40 GPUs on 5 nodes are in use");
    expect(table).toMatch(/1 pod does not run/);
  });

  test("fewer replicas go, and give their room back", async () => {
    await configure({ args: ["--max-model-len=4096"] });
    await update(rehearsal);
    const gone = async () => (await podsOf("VllmWorker")).length === 2;
    await pWaitFor(gone, { interval: 200, timeout: 30_000 });
  });

  test("pods that a quota refuses are told, and come when it takes them", async () => {
    const name = "gpus";
    await core.createNamespacedResourceQuota({
      namespace,
      body: { metadata: { name }, spec: { hard: { "requests.nvidia.com/gpu": "24" } } },
    });
    await configure({ replicas: 2, args: ["--max-model-len=4096"] });
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/lacks pods: .*exceeded quota: gpus/);
    await core.deleteNamespacedResourceQuota({ namespace, name });
    await update(rehearsal);
    expect(await podsOf("VllmWorker")).toHaveLength(4);
  });

  test("a pod that is evicted comes again", async () => {
    const [pod] = await podsOf("VllmWorker");
    const name = pod?.metadata?.name ?? "";
    await core.createNamespacedPodEviction({ namespace, name, body: { metadata: { namespace, name } } });
    const isBack = async () => {
      const pods = await podsOf("VllmWorker");
      return (
        pods.length === 4 &&
        pods.every(
          ({ metadata, spec }) => metadata?.uid !== pod?.metadata?.uid && spec?.nodeName !== undefined,
        )
      );
    };
    await pWaitFor(isBack, { interval: 200, timeout: 30_000 });
  });

  test("destroyed, it leaves no pod", async () => {
    await withoutResults(rehearsal.engine.stack).destroy({ onOutput: () => {} });
    const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
    const kind = { group: "nvidia.com", version: "v1alpha1", namespace, plural: "dynamographdeployments" };
    const isGone = async () => {
      const pods = [...(await podsOf("VllmWorker")), ...(await podsOf("Frontend"))];
      const { items } = await custom.listNamespacedCustomObject(kind).catch(() => ({ items: [] }));
      return pods.length === 0 && items.length === 0;
    };
    await pWaitFor(isGone, { interval: 200, timeout: 100_000 });
  });
});
