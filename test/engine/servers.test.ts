/** NATS and etcd of a stack on a real control plane: admission, passwords, rotation, what can't change, and their end. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  type KubernetesObject,
  type V1Job,
  type V1Pod,
} from "@kubernetes/client-node";
import type { OpType, PreviewResult } from "@pulumi/pulumi/automation";
import pWaitFor from "p-wait-for";
import { conditionOf } from "../../components/hooks/waitingPods";
import { readStack } from "../../config/project";
import { stackConfig } from "../../config/schema";
import { etcdRestore } from "../../plan/servers/etcdRestore";
import { surroundingsOf } from "../../plan/servers/surroundings";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { random } from "../random";
import { attempt } from "./attempt";
import { allObjects, settledChanges } from "./objects";
import { realCrds } from "./realCrds";

jest.setTimeout(180_000);

const namespaces = ["nats-system", "etcd-system"];
const snapshots = { schedule: "0 0 29 2 *" }; // none by itself while the tests run
const discovery = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3, snapshots } };
const graphs = [{ name: "small", model: "m" }];

let rehearsal: Rehearsal;
let core: CoreV1Api;
let apps: AppsV1Api;
let batch: BatchV1Api;
let before: string[];
let output = "";
const onOutput = (text: string) => {
  output += text;
};
const discover = (change: object) =>
  rehearsal.engine.configure({ "dynamo:discovery": { ...discovery, ...change } });

beforeAll(async () => {
  const prod = readStack("prod");
  const { "dynamo:encryption": _, ...config } = prod.config; // encryption.test.ts has it
  rehearsal = await startRehearsal({
    stack: { ...prod, config },
    nodes: 4,
    gpusPerNode: 1,
    crds: realCrds("1.4"),
  });
  core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  apps = apiClient(rehearsal.kubeconfig, AppsV1Api);
  batch = apiClient(rehearsal.kubeconfig, BatchV1Api);
  before = await allObjects(rehearsal.kubeconfig);
  await rehearsal.engine.configure({ "dynamo:graphs": graphs, "dynamo:discovery": discovery });
  await update(rehearsal, { onOutput });
}, 2_400_000);

afterAll(() => rehearsal?.stop());

const podsIn = async (namespace: string): Promise<V1Pod[]> =>
  (await core.listNamespacedPod({ namespace })).items;
const membersIn = async (namespace: string) =>
  (await podsIn(namespace)).filter(({ metadata }) => metadata?.ownerReferences?.[0]?.kind === "StatefulSet");
const uidsOf = (objects: readonly KubernetesObject[]) => objects.map(({ metadata }) => metadata?.uid).sort();

/** Every password that the stack made, read where a graph's pod or a member reads it. */
async function passwords(): Promise<string[]> {
  const secrets = (await core.listSecretForAllNamespaces()).items.filter(({ metadata }) =>
    /^(nats|etcd)-(auth|client)-/.test(metadata?.name ?? ""),
  );
  const texts = secrets.flatMap(({ data = {} }) =>
    Object.values(data).map((value) => Buffer.from(value, "base64").toString()),
  );
  return [...new Set(texts.join("\n").match(/\b[A-Za-z0-9]{32}\b/g))];
}

/** Texts of the files below a folder whose names match. */
async function glob(directory: string, pattern: RegExp): Promise<string[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile() && pattern.test(file.name))
    .map((file) => join(file.parentPath, file.name));
  return Promise.all(paths.map((path) => readFile(path, "utf8")));
}

const until = (isSo: () => Promise<boolean>) => pWaitFor(isSo, { interval: 250, timeout: 100_000 });

const isComplete = async ({ metadata }: V1Job) => {
  const job = { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
  return ((await batch.readNamespacedJob(job)).status?.succeeded ?? 0) > 0;
};

describe("admission", () => {
  test("lets in each member, on a node of its own", async () => {
    for (const namespace of namespaces) {
      const members = await membersIn(namespace);
      expect(members.filter((pod) => conditionOf(pod, "Ready")?.status === "True")).toHaveLength(3);
      expect(new Set(members.map(({ spec }) => spec?.nodeName)).size).toBe(3);
    }
  });

  test("lets in the Job of etcd's users, a snapshot and a restore", async () => {
    const access = await batch.readNamespacedJob({ name: "etcd-access", namespace: "etcd-system" });
    expect(access.status?.succeeded).toBe(1);
    const { spec } = await batch.readNamespacedCronJob({ name: "etcd-snapshot", namespace: "etcd-system" });
    const snapshot = {
      metadata: { name: "etcd-snapshot-now", namespace: "etcd-system" },
      spec: spec?.jobTemplate.spec,
    };
    const [restore] = etcdRestore(
      { config: { replicas: 3 }, around: surroundingsOf(stackConfig.parse({})) } as Parameters<
        typeof etcdRestore
      >[0],
      "etcd-snapshot-now.db",
    );
    for (const job of [snapshot, restore as V1Job]) {
      await batch.createNamespacedJob({ namespace: "etcd-system", body: job });
      await until(() => isComplete(job));
      await batch.deleteNamespacedJob({
        name: job.metadata?.name ?? "",
        namespace: "etcd-system",
        propagationPolicy: "Background",
      });
    }
  });

  test("refuses any other pod there, so the tests above can fail", async () => {
    for (const namespace of namespaces)
      await expect(
        core.createNamespacedPod({
          namespace,
          body: {
            metadata: { name: "root" },
            spec: { containers: [{ name: "root", image: "busybox:1.37.0" }] },
          },
        }),
      ).rejects.toThrow(/violates PodSecurity .+restricted:latest/);
  });
});

test("etcd's users can be set up again at any time", async () => {
  const uid = async () =>
    (await batch.readNamespacedJob({ name: "etcd-access", namespace: "etcd-system" })).metadata?.uid;
  const before = await uid();
  await update(rehearsal, { onOutput, replace: ["**::discovery-etcd-access"] });
  expect(await uid()).not.toBe(before);
});

test("20 rounds of pods killed at random end with every member Ready", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const next = random(seed);
    for (let kills = 1 + Math.floor(next() * 4); kills > 0; kills--) {
      const namespace = namespaces[Math.floor(next() * 2)] ?? "";
      const name = `${namespace.split("-")[0]}-${Math.floor(next() * 3)}`;
      await core
        .deleteNamespacedPod({ name, namespace, gracePeriodSeconds: next() < 0.5 ? 0 : undefined })
        .catch(({ code }) => expect(code).toBe(404)); // killed a moment ago
      await setTimeout(next() * 300);
    }
  }
  for (const namespace of namespaces)
    await until(async () => {
      const name = namespace.replace("-system", "");
      return (await apps.readNamespacedStatefulSet({ name, namespace })).status?.readyReplicas === 3;
    });
});

describe("passwords", () => {
  test("are in Secrets alone: not in the state, not in what was printed, not in any other object", async () => {
    const all = await passwords();
    expect(all).toHaveLength(4); // of NATS and etcd for the graphs, of NATS' routes, of etcd's root
    const { workDir } = rehearsal.engine.stack.workspace;
    const states = await glob(workDir, /\.json$/);
    const configMaps = (await core.listConfigMapForAllNamespaces()).items;
    const pods = (await core.listPodForAllNamespaces()).items;
    const everything = [...states, JSON.stringify([configMaps, pods]), output].join("\n");
    expect(everything).toContain("discovery-nats-route-password"); // so that there is something to find
    for (const password of all) {
      expect(everything).not.toContain(password);
      expect(everything).not.toContain(Buffer.from(password).toString("base64"));
    }
  });

  test("rotate by one number, and a preview says whose pods roll", async () => {
    await discover({ credentials: { generation: 2 } });
    const changes = await changesOf((onEvent) => rehearsal.engine.stack.preview({ onOutput, onEvent }));
    expect(changes).toEqual({
      create: ["discovery-etcd-password-2", "discovery-etcd-root-password-2", "discovery-nats-password-2"],
      replace: [
        "discovery-etcd-access",
        "discovery-etcd-auth",
        "discovery-etcd-client",
        "discovery-nats-auth",
        "discovery-nats-client",
      ],
      update: ["discovery", "discovery-etcd-snapshot", "discovery-nats-members", "small:small-etcd"],
    });
  });

  test("roll the members of NATS and the graph's pods, and leave etcd's members alone", async () => {
    const seen = async () => ({
      nats: uidsOf(await membersIn("nats-system")),
      etcd: uidsOf(await membersIn("etcd-system")),
      graph: uidsOf(await podsIn("dynamo")),
    });
    const old = { pods: await seen(), passwords: await passwords() };
    await update(rehearsal, { onOutput });
    await until(async () => {
      const { nats, graph } = await seen();
      return [...nats, ...graph].every((uid) => ![...old.pods.nats, ...old.pods.graph].includes(uid));
    });
    expect((await seen()).etcd).toEqual(old.pods.etcd);
    const auth = await core.readNamespacedSecret({ name: "nats-auth-2", namespace: "nats-system" });
    const users = Buffer.from(auth.data?.["users.conf"] ?? "", "base64").toString();
    expect(users).toMatch(/"dynamo-1"[\s\S]*"dynamo-2"/);
    const now = await passwords();
    expect(now).toHaveLength(7); // three more
    expect(now).toEqual(expect.arrayContaining(old.passwords));
    await update(rehearsal, { expectNoChanges: true });
  });

  test("reach the graph's pods by Secrets of their namespace", async () => {
    const [pod] = await podsIn("dynamo");
    const env = pod?.spec?.containers[0]?.env ?? [];
    expect(env.find(({ name }) => name === "ETCD_AUTH_PASSWORD")?.valueFrom?.secretKeyRef).toEqual({
      name: "etcd-client-2",
      key: "password",
    });
    const secret = await core.readNamespacedSecret({ name: "etcd-client-2", namespace: "dynamo" });
    expect(Buffer.from(secret.data?.username ?? "", "base64").toString()).toBe("dynamo-2");
  });
});

describe("what members keep for life", () => {
  const current = { credentials: { generation: 2 } };
  test.each([
    ["etcd.replicas", { etcd: { ...discovery.etcd, replicas: 5 } }, "3 to 5"],
    ["etcd.storage", { etcd: { ...discovery.etcd, storage: "8Gi" } }, "1Gi to 8Gi"],
    ["nats.storageClass", { nats: { replicas: 3, storageClass: "fast" } }, "the default to fast"],
  ])("%s is refused by preview and by up, and nothing changes", async (key, change, words) => {
    await discover({ ...current, ...change });
    const unchanged = await allObjects(rehearsal.kubeconfig);
    for (const operation of ["preview", "up"] as const) {
      const { code, stdout } = await attempt(rehearsal, operation);
      expect(code).toBe(1);
      expect(stdout).toContain(`✖ can't change from ${words}: `);
      expect(stdout).toContain(`→ at dynamo:discovery.${key}`);
      expect(stdout).not.toMatch(/^\s+at .*\.[jt]s/m);
    }
    expect(await allObjects(rehearsal.kubeconfig)).toEqual(unchanged);
    expect(await membersIn("etcd-system")).toHaveLength(3);
    await discover(current);
    await update(rehearsal, { onOutput });
  });
});

describe("destroy", () => {
  const volumes = async () =>
    (await core.listPersistentVolumeClaimForAllNamespaces()).items
      .map(({ metadata }) => metadata?.name)
      .sort();

  test("leaves the namespaces and the members' volumes where the stack says so", async () => {
    await discover({ keepVolumes: true });
    await update(rehearsal, { onOutput });
    await rehearsal.engine.stack.destroy({ onOutput });
    await until(async () => (await membersIn("nats-system")).length === 0);
    expect(await volumes()).toEqual([
      "data-etcd-0",
      "data-etcd-1",
      "data-etcd-2",
      "data-nats-0",
      "data-nats-1",
      "data-nats-2",
    ]);
  });

  test("and the next up takes them over", async () => {
    const uids = async () =>
      uidsOf((await core.listPersistentVolumeClaimForAllNamespaces()).items).filter(
        (uid) => uid !== undefined,
      );
    const kept = await uids();
    await update(rehearsal, { onOutput });
    expect(await uids()).toEqual(expect.arrayContaining(kept));
  });

  test("leaves nothing where it does not", async () => {
    await discover({});
    await update(rehearsal, { onOutput });
    await rehearsal.engine.stack.destroy({ onOutput });
    expect(await settledChanges(rehearsal.kubeconfig, before)).toEqual([]);
  });
});

type Run = (
  onEvent: NonNullable<Parameters<Rehearsal["engine"]["stack"]["preview"]>[0]>["onEvent"],
) => Promise<PreviewResult>;

/** Names of the resources that a preview would change, by operation. */
async function changesOf(run: Run): Promise<Partial<Record<OpType, string[]>>> {
  const changes: Partial<Record<OpType, string[]>> = {};
  await run(({ resourcePreEvent }) => {
    const { op, urn } = resourcePreEvent?.metadata ?? {};
    if (op === undefined || urn === undefined || !["create", "update", "replace", "delete"].includes(op))
      return;
    changes[op] = [...(changes[op] ?? []), urn.split("::").at(-1) ?? urn];
  });
  for (const names of Object.values(changes)) names.sort();
  return changes;
}
