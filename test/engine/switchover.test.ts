/** A stack that serves changes its mode, or what its operator can't change of a graph, by the real engine. */
import { setTimeout } from "node:timers/promises";
import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { deleteObjects, labelledObjects } from "../../commands/destroy/leftovers";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { random } from "../random";
import { attempt } from "./attempt";
import { killedUpdate } from "./killedUpdate";
import { allObjects } from "./objects";
import { sampling } from "./sampling";

jest.setTimeout(180_000);

const chat = {
  name: "chat",
  model: "Qwen/Qwen3-0.6B",
  frontend: { replicas: 2, expose: { type: "NodePort", nodePort: 30201 } },
  workers: { replicas: 2, gpus: 1 },
  readyTimeout: "60s",
};
const start = {
  runtime: { version: "1.4.2" },
  graphs: [chat],
  budget: { gpus: 4 },
  discovery: { mode: "kubernetes" },
  switchover: "blue-green",
  platform: {},
};
const natsEtcd = { discovery: { mode: "nats-etcd" } };
const revised = { graphs: [{ ...chat, revision: 2 }] };
const where = { namespace: "dynamo", service: "chat-frontend-np" };
const graphLabel = "nvidia.com/dynamo-graph-deployment-name";

let rehearsal: Rehearsal;
let bare: string[];

beforeAll(async () => {
  rehearsal = await startRehearsal({
    stack: devStack(start),
    nodes: 2,
    gpusPerNode: 4,
    crds: [],
  });
  bare = await allObjects(rehearsal.kubeconfig);
}, 1_800_000);

afterAll(() => rehearsal?.stop());

const configure = (change: object) =>
  rehearsal.engine.configure(
    Object.fromEntries(
      Object.entries({ ...start, ...change }).map(([key, value]) => [`dynamo:${key}`, value]),
    ),
  );
const up = () => rehearsal.engine.stack.up({ onOutput: () => {} });
const sampled = (task: Promise<unknown>) => sampling(rehearsal.kubeconfig, where, task);
const graphs = {
  group: "nvidia.com",
  version: "v1alpha1",
  namespace: "dynamo",
  plural: "dynamographdeployments",
};

async function deployments(): Promise<string[]> {
  const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
  const { items } = await custom.listNamespacedCustomObject(graphs);
  return items.map(({ metadata }: { metadata: { name: string } }) => metadata.name).sort();
}
/** The graph that the Service leads to. */
async function selected(): Promise<string | undefined> {
  const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  const { spec } = await core.readNamespacedService({ namespace: where.namespace, name: where.service });
  return spec?.selector?.[graphLabel];
}
/** What is left of the stack, once the garbage collector has done its work. */
async function left(): Promise<string[]> {
  // The operator makes its planner's account with the first graph of a namespace, and leaves it.
  const known = new Set([...bare, "ServiceAccount dynamo/planner-serviceaccount"]);
  for (const deadline = Date.now() + 60_000; ; await setTimeout(500)) {
    const found = (await allObjects(rehearsal.kubeconfig)).filter((object) => !known.has(object));
    if (found.length === 0 || Date.now() > deadline) return found;
  }
}

test("comes up", async () => {
  await up();
  expect(await deployments()).toEqual(["chat"]);
});

/** Workers of the only graph. */
async function workers(): Promise<number> {
  const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
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
    await rehearsal.engine.stack.preview({ onOutput: () => {} });
    await up();
    return workers();
  };
  expect(await applied(scaled)).toBe(2);
  const adapter = { ...graphs, plural: "dynamographdeploymentscalingadapters", name: "chat-vllmworker" };
  await apiClient(rehearsal.kubeconfig, CustomObjectsApi).patchNamespacedCustomObject(
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
    const { code, stdout } = await attempt(rehearsal, operation);
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
    const { result, samples } = await sampled(attempt(rehearsal, "up --skip-preview"));
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
  expect(await attempt(rehearsal, "up --skip-preview")).toMatchObject({ code: 1 });
  expect(await deployments()).toHaveLength(2);
  await configure({ graphs: [{ ...chat, revision: 3 }] });
  const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
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
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
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
  expect(await attempt(rehearsal, "up --skip-preview")).toMatchObject({ code: 1 });
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
  const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
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
    spec: { backendFramework: "vllm", envs: [], services: {} },
  };
  await apiClient(rehearsal.kubeconfig, CustomObjectsApi).createNamespacedCustomObject({
    ...graphs,
    body: left,
    fieldManager: "pulumi-kubernetes", // as the provider writes
  });
  expect(await deployments()).toEqual(["chat", "left"]);
  await up();
  expect(await deployments()).toEqual(["chat"]);
});

describe("killed halfway", () => {
  const seed = 7;
  const next = random(seed);
  const points = Array.from({ length: 10 }, (_, i) => ({
    // A switchover to NATS and etcd takes about 15 s, one of a revision 5 s.
    ...(i % 2 === 0
      ? { what: "mode", config: natsEtcd, deployment: "chat-etcd", after: Math.round(next() * 15_000) }
      : { what: "revision", config: revised, deployment: "gb75e-chat", after: Math.round(next() * 5_000) }),
    outcome: ["finishes", "returns", "is destroyed"][i % 3] ?? "",
  }));

  test.each(points)(
    "a change of the $what, $after ms on: the old graph serves, and the stack $outcome",
    async ({ config, deployment, after, outcome }) => {
      await configure({});
      await up();
      await configure(config);
      const { result: wasRunning, samples } = await sampled(killedUpdate(rehearsal, () => setTimeout(after)));
      console.log(`killed ${wasRunning ? "at work" : "when it was over"}: ${await deployments()}`, samples);
      expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
      expect(samples.mixed).toEqual([]);
      if (outcome === "is destroyed") {
        await rehearsal.engine.stack.destroy({ onOutput: () => {} });
        const config = clusterConfig(rehearsal.kubeconfig);
        await deleteObjects(config, await labelledObjects(config, "dynamo-dev"));
        expect(await left()).toEqual([]);
        return;
      }
      if (outcome === "returns") await configure({});
      const after2 = await sampled(up());
      expect(after2.samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
      expect(await deployments()).toEqual([outcome === "returns" ? "chat" : deployment]);
    },
  );
});

describe("killed when it has done what Pulumi's state does not say yet", () => {
  beforeEach(async () => {
    await configure({});
    await up();
    await configure(natsEtcd);
  });

  /** An object as Pulumi's state has it. */
  const recorded = async (id: string) => {
    const { deployment } = await rehearsal.engine.stack.exportStack();
    return deployment.resources.find((each: { id?: string }) => each.id === id)?.outputs;
  };
  const until = (isSo: () => Promise<boolean>) => pWaitFor(isSo, { timeout: 60_000 });
  const hold = "dynamo.test/held";
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  /** Holds an object when it is deleted, until the function that this returns is called. */
  const held = async (patch: (body: object) => Promise<unknown>) => {
    await patch({ metadata: { finalizers: [hold] } });
    return () => patch({ metadata: { finalizers: [] } });
  };

  test("the Service leads to the new graph: it returns", async () => {
    const { result, samples } = await sampled(
      killedUpdate(rehearsal, () => until(async () => (await selected()) === "chat-etcd")),
    );
    expect(result).toBe(true);
    expect(await recorded(`dynamo/${where.service}`)).toMatchObject({
      spec: { selector: { [graphLabel]: "chat" } },
    });
    expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    await configure({});
    const back = await sampled(up());
    expect(back.samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    expect(await selected()).toBe("chat");
    expect(await deployments()).toEqual(["chat"]);
  });

  test("the old graph is being deleted: it returns when that is gone, and does not begin before", async () => {
    const custom = apiClient(rehearsal.kubeconfig, CustomObjectsApi);
    const release = await held((body) =>
      custom.patchNamespacedCustomObject({ ...graphs, name: "chat", body }, merge),
    );
    const isLeaving = async () => {
      const { metadata } = await custom.getNamespacedCustomObject({ ...graphs, name: "chat" });
      return metadata.deletionTimestamp !== undefined;
    };
    expect(await killedUpdate(rehearsal, () => until(isLeaving))).toBe(true);
    await configure({});
    const { code, stdout } = await attempt(rehearsal, "up --skip-preview");
    expect(code).toBe(1);
    expect(stdout).toMatch(/still being deleted: chat\. Nothing was changed: run `pulumi up` again/);
    expect(await selected()).toBe("chat-etcd");
    await release();
    await until(async () => !(await deployments()).includes("chat"));
    const { samples } = await sampled(up());
    expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    expect(await deployments()).toEqual(["chat"]);
  });

  test("NATS is gone, which a return needs again", async () => {
    await up();
    await configure({});
    const apps = apiClient(rehearsal.kubeconfig, AppsV1Api);
    const nats = { name: "nats", namespace: "nats-system" };
    const members = async () => (await apps.listNamespacedStatefulSet({ namespace: nats.namespace })).items;
    const release = await held((body) => apps.patchNamespacedStatefulSet({ ...nats, body }, merge));
    const isLeaving = async () =>
      (await apps.readNamespacedStatefulSet(nats)).metadata?.deletionTimestamp !== undefined;
    expect(await killedUpdate(rehearsal, () => until(isLeaving))).toBe(true);
    // The garbage collector has finalizers of its own, until the pods are gone.
    await until(async () => {
      const { metadata } = await apps.readNamespacedStatefulSet(nats);
      return metadata?.finalizers?.join() === hold;
    });
    await release();
    await until(async () => (await members()).length === 0);
    expect(await recorded("nats-system/nats")).toBeDefined();
    await configure(natsEtcd);
    const { samples } = await sampled(up());
    expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
    expect(await members()).toHaveLength(1);
    expect(await deployments()).toEqual(["chat-etcd"]);
  });
});
