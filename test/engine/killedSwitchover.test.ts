/** A switchover that is killed, at seeded moments and at those where Pulumi's state is behind the cluster. */
import { setTimeout } from "node:timers/promises";
import { AppsV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { deleteObjects, labelledObjects } from "../../commands/destroy/leftovers";
import { ownerOf } from "../../plan/owner";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { random } from "../random";
import { attempt } from "./attempt";
import { killedUpdate } from "./killedUpdate";
import { allObjects, settledChanges } from "./objects";
import { graphLabel, graphs, natsEtcd, revised, switchoverStack, where } from "./switchoverStack";

jest.setTimeout(300_000);

const { rehearsal, configure, up, sampled, deployments, selected } = switchoverStack();

let bare: string[];
beforeAll(async () => {
  bare = await allObjects(rehearsal().kubeconfig);
  await up();
});

describe("killed halfway", () => {
  const seed = 7;
  const next = random(seed);
  // Each of both changes with each of the outcomes, at least once.
  const points = Array.from({ length: Number(process.env.DYNAMO_KILLS ?? 6) }, (_, i) => ({
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
      const { result: wasRunning, samples } = await sampled(
        killedUpdate(rehearsal(), () => setTimeout(after)),
      );
      console.log(`killed ${wasRunning ? "at work" : "when it was over"}: ${await deployments()}`, samples);
      expect(samples.fewestEndpoints).toBeGreaterThanOrEqual(2);
      expect(samples.mixed).toEqual([]);
      if (outcome === "is destroyed") {
        await rehearsal().engine.stack.destroy({ onOutput: () => {} });
        const config = clusterConfig(rehearsal().kubeconfig);
        await deleteObjects(
          config,
          await labelledObjects(config, ownerOf({ project: "dynamo", stack: "dev" })),
        );
        expect(await settledChanges(rehearsal().kubeconfig, bare)).toEqual([]);
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
    const { deployment } = await rehearsal().engine.stack.exportStack();
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
      killedUpdate(rehearsal(), () => until(async () => (await selected()) === "chat-etcd")),
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
    const custom = apiClient(rehearsal().kubeconfig, CustomObjectsApi);
    const release = await held((body) =>
      custom.patchNamespacedCustomObject({ ...graphs, name: "chat", body }, merge),
    );
    const isLeaving = async () => {
      const { metadata } = await custom.getNamespacedCustomObject({ ...graphs, name: "chat" });
      return metadata.deletionTimestamp !== undefined;
    };
    expect(await killedUpdate(rehearsal(), () => until(isLeaving))).toBe(true);
    await configure({});
    const { code, stdout } = await attempt(rehearsal(), "up --skip-preview");
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
    const apps = apiClient(rehearsal().kubeconfig, AppsV1Api);
    const nats = { name: "nats", namespace: "nats-system" };
    const members = async () => (await apps.listNamespacedStatefulSet({ namespace: nats.namespace })).items;
    const release = await held((body) => apps.patchNamespacedStatefulSet({ ...nats, body }, merge));
    const isLeaving = async () =>
      (await apps.readNamespacedStatefulSet(nats)).metadata?.deletionTimestamp !== undefined;
    expect(await killedUpdate(rehearsal(), () => until(isLeaving))).toBe(true);
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
