/** A stack that serves changes its mode, or what its operator can't change of a graph, by the real engine. */
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { apiClient } from "../../rehearsal/clients";
import { attempt } from "./attempt";
import { chat, graphs, natsEtcd, revised, switchoverStack } from "./switchoverStack";

jest.setTimeout(180_000);

const { rehearsal, configure, up, sampled, deployments, selected } = switchoverStack();

test("comes up", async () => {
  await up();
  expect(await deployments()).toEqual(["chat"]);
});

/** Workers of the only graph. */
async function workers(): Promise<number> {
  const custom = apiClient(rehearsal().kubeconfig, CustomObjectsApi);
  const { items } = await custom.listNamespacedCustomObject(graphs);
  expect(items).toHaveLength(1);
  const [{ spec, status }] = items;
  expect(status.services.VllmWorker.readyReplicas).toBe(spec.services.VllmWorker.replicas);
  return spec.services.VllmWorker.replicas;
}

test("an autoscaler gets the replicas and gives them back in place, and a new graph begins with as many as serve", async () => {
  const scaled = { ...chat, workers: { gpus: 1, scaling: { by: "hpa", min: 1, max: 3 } } };
  const applied = async (graph: object) => {
    await configure({ graphs: [graph], budget: {} });
    await rehearsal().engine.stack.preview({ onOutput: () => {} });
    await up();
    return workers();
  };
  expect(await applied(scaled)).toBe(2);
  const adapter = { ...graphs, plural: "dynamographdeploymentscalingadapters", name: "chat-vllmworker" };
  await apiClient(rehearsal().kubeconfig, CustomObjectsApi).patchNamespacedCustomObject(
    { ...adapter, body: { spec: { replicas: 3 } } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
  await pWaitFor(async () => (await workers().catch(() => 0)) === 3, { timeout: 30_000 });
  const longer = { ...scaled.workers, args: ["--max-model-len=2048"] };
  expect(await applied({ ...scaled, workers: longer })).toBe(3);
  expect(await applied({ ...scaled, revision: 2 })).toBe(3);
  expect(await applied({ ...chat, revision: 2 })).toBe(2);
  expect(await applied(chat)).toBe(2);
}, 600_000);

const changes: [change: string, config: object, deployment: RegExp][] = [
  ["to nats-etcd", natsEtcd, /^chat-etcd$/],
  ["back to kubernetes", {}, /^chat$/],
  [
    "to workers of another name",
    { graphs: [{ ...chat, workers: { ...chat.workers, name: "W" } }] },
    /^g[0-9a-f]{4}-chat$/,
  ],
  [
    "to prefill and decode",
    { graphs: [{ ...chat, workers: undefined, prefill: {}, decode: {} }] },
    /^g[0-9a-f]{4}-chat$/,
  ],
  ["to another backend", { graphs: [{ ...chat, backend: "sglang" }] }, /^g[0-9a-f]{4}-chat$/],
  ["to another revision", revised, /^g[0-9a-f]{4}-chat$/],
  ["back to where it was", {}, /^chat$/],
];

test.each(changes)(
  "blue-green %s without an endpoint less, and without mixing modes",
  async (_, config, deployment) => {
    await configure(config);
    const { samples } = await sampled(up());
    console.log(samples);
    expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    expect(samples.mostGraphs).toBe(2);
    expect(samples.mixed).toEqual([]);
    expect(await deployments()).toEqual([expect.stringMatching(deployment)]);
  },
);

test("blue-green is refused where old and new exceed the budget, before anything is made", async () => {
  await configure({ ...natsEtcd, budget: { gpus: 3 } });
  for (const operation of ["preview", "up --skip-preview"] as const) {
    const { code, stdout } = await attempt(rehearsal(), operation);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(
      /4 GPUs run until the old graphs are gone, .* and the budget is 3: set dynamo:switchover to recreate/,
    );
  }
  expect(await deployments()).toEqual(["chat"]);
});

test.each([
  ["to nats-etcd", natsEtcd, "chat-etcd"],
  ["back to kubernetes", {}, "chat"],
])("recreate %s stops the old graph first", async (_, config, deployment) => {
  await configure({ ...config, switchover: "recreate", budget: { gpus: 2 } });
  const { samples } = await sampled(up());
  expect(samples).toMatchObject({ fewestEndpoints: 0, mixed: [] });
  expect(await deployments()).toEqual([deployment]);
});

/** A quota goes last: here it refuses what the scheduler would find no node for. */
const whyNoPod = /lacks pods: .*exceeded quota|waits: .*Insufficient nvidia\.com\/gpu/;

test("a new graph that is never Ready leaves the old one serving, and the way back open", async () => {
  const tooLarge = [{ ...chat, workers: { gpus: 8, name: "Large" }, readyTimeout: "5s" }];
  await configure({ graphs: tooLarge, budget: {} });
  // The second finds in the cluster what the first has made.
  for (const _ of ["first", "second"]) {
    const { result, samples } = await sampled(attempt(rehearsal(), "up --skip-preview"));
    expect(result).toMatchObject({ code: 1 });
    const { stdout } = result as { stdout: string };
    expect(stdout).toMatch(whyNoPod);
    expect(stdout).toMatch(/graph chat: g[0-9a-f]{4}-chat is not Ready.* chat serves on/);
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    expect(await selected()).toBe("chat");
  }
  await configure({});
  const back = await sampled(up());
  expect(back.samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
  expect(await deployments()).toEqual(["chat"]);
});

test("a graph that a failed update left counts for the budget of the next switchover", async () => {
  const nowhere = { ...chat.workers, placement: { nodeSelector: { zone: "none" } } };
  await configure({ graphs: [{ ...chat, revision: 2, workers: nowhere, readyTimeout: "5s" }] });
  expect(await attempt(rehearsal(), "up --skip-preview")).toMatchObject({ code: 1 });
  expect(await deployments()).toHaveLength(2);
  await configure({ graphs: [{ ...chat, revision: 3 }] });
  const { code, stdout } = await attempt(rehearsal(), "up --skip-preview");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /has left g[0-9a-f]{4}-chat, which goes last: with it 6 GPUs run at the peak, and the budget is 4\. Nothing was changed: delete it first/,
  );
  await configure({});
  await up();
  expect(await deployments()).toEqual(["chat"]);
});

test("a change in place that is never Ready fails until it is, or is taken back", async () => {
  const tooLarge = [{ ...chat, workers: { ...chat.workers, gpus: 8 }, readyTimeout: "5s" }];
  await configure({ graphs: tooLarge, budget: {} });
  for (const _ of ["first", "second"]) {
    const { code, stdout } = await attempt(rehearsal(), "up --skip-preview");
    expect(code).toBe(1);
    expect(stdout).toMatch(whyNoPod);
  }
  await configure({});
  await up();
});

test("frontends of a new graph wait for the other graphs that they serve", async () => {
  const coder = { name: "coder", model: "Qwen/Qwen3-1.7B", servedBy: "chat", workers: { gpus: 1 } };
  await configure({ graphs: [chat, coder], budget: {} });
  await up();
  const tooLarge = { ...coder, workers: { gpus: 8 }, revision: 2, readyTimeout: "15s" };
  await configure({ graphs: [{ ...chat, revision: 2 }, tooLarge], budget: {} });
  expect(await attempt(rehearsal(), "up --skip-preview")).toMatchObject({ code: 1 });
  expect(await deployments()).toHaveLength(4);
  expect(await selected()).toBe("chat");
  await configure({});
  await up();
  expect(await deployments()).toEqual(["chat"]);
});

test("a recreated graph that is never Ready goes first on the way back, too", async () => {
  const tooLarge = [{ ...chat, workers: { gpus: 8 }, readyTimeout: "5s" }];
  const recreate = { switchover: "recreate", budget: {} };
  await configure({ ...recreate, ...natsEtcd, graphs: tooLarge });
  const { code, stdout } = await attempt(rehearsal(), "up --skip-preview");
  expect(code).toBe(1);
  expect(stdout).toMatch(/graph chat: chat-etcd is not Ready, and chat is gone: nothing serves/);
  await configure(recreate);
  const { samples } = await sampled(up());
  expect(samples.mixed).toEqual([]);
  expect(samples.mostGraphs).toBe(1);
  expect(await deployments()).toEqual(["chat"]);
});

test("a graph that an interrupted update left, and nobody knows of, goes with the next one", async () => {
  const left = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "left", labels: { [ownerLabel]: ownerOf({ project: "dynamo", stack: "dev" }) } },
    spec: {
      backendFramework: "vllm",
      envs: [],
      services: {
        // a real operator refuses one without
        Frontend: { componentType: "frontend", replicas: 1, extraPodSpec: { mainContainer: { image: "a" } } },
      },
    },
  };
  await apiClient(rehearsal().kubeconfig, CustomObjectsApi).createNamespacedCustomObject({
    ...graphs,
    body: left,
    fieldManager: "pulumi-kubernetes", // as the provider writes
  });
  expect(await deployments()).toEqual(["chat", "left"]);
  await up();
  expect(await deployments()).toEqual(["chat"]);
});
