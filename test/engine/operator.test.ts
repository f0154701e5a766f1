import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  CoreV1Api,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { parse, parseAllDocuments } from "yaml";
import { apiClient, clusterConfig } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { applyCrds } from "../../rehearsal/crds";
import { createNodes } from "../../rehearsal/nodes";
import { startOperator } from "../../rehearsal/operator/controller";
import type { GraphResource, OperatorRelease } from "../../rehearsal/operator/graphResource";
import { buildTools, rehearsalTools } from "../../rehearsal/tools";
import { differences, type RecordedObject } from "../rehearsal/differences";

jest.setTimeout(180_000);

const shared = join(__dirname, "../../../shared");
const namespace = "graphs";
/** Milliseconds: the garbage collector looks for new kinds every 30 s, and waits as long for their watches to sync. */
const garbageCollection = 100_000;
const compared = [
  ["apps/v1", "Deployment"],
  ["v1", "Service"],
  ["v1", "ServiceAccount"],
  ["v1", "PersistentVolumeClaim"],
  ["rbac.authorization.k8s.io/v1", "Role"],
  ["rbac.authorization.k8s.io/v1", "RoleBinding"],
  ["nvidia.com/v1alpha1", "DynamoGraphDeploymentScalingAdapter"],
] as const;
const cases = [
  "agg-default",
  "agg-kubernetes",
  "agg-etcd",
  "disagg",
  "full-worker",
  "pvc",
  "multinode",
  "planner",
  "metrics-off",
  "ingress",
];

describe.each<OperatorRelease>(["0.8", "1.4"])("the stand-in for operator %s", (release) => {
  const crds = join(shared, `crds/dynamo-${release}`);
  const recordings = join(shared, `operator-${release}`);
  const present = existsSync(crds) && existsSync(recordings);
  if (!present) console.warn(`skipped: there is no ${crds} or no ${recordings}`);
  const check = present ? test : test.skip;

  let plane: ControlPlane;
  let operator: { stop(): Promise<void> };
  let objects: KubernetesObjectApi;

  beforeAll(async () => {
    if (!present) return;
    plane = await startControlPlane(await buildTools(rehearsalTools));
    objects = KubernetesObjectApi.makeApiClient(clusterConfig(plane.kubeconfig));
    await applyCrds(plane.kubeconfig, crds);
    await createNodes(plane.kubeconfig, { nodes: 4, gpusPerNode: 8 });
    await prepareNodes(apiClient(plane.kubeconfig, CoreV1Api));
    for (const object of prerequisites) await objects.create(structuredClone(object));
    const etcdAddress = release === "0.8" ? "http://etcd.test:2379" : undefined;
    operator = await startOperator({ kubeconfig: plane.kubeconfig, release, etcdAddress });
  }, 1_200_000);

  afterAll(async () => {
    await operator?.stop();
    await plane?.stop();
  });

  const read = async (graph: GraphResource): Promise<GraphResource | undefined> =>
    objects.read(graph as never).then(
      (found) => found as unknown as GraphResource,
      (error) => {
        if (error.code === 404) return undefined;
        throw error;
      },
    );

  /** Waits until the graph is as wanted, for at most `limit` milliseconds. */
  async function until(
    graph: GraphResource,
    wanted: (graph: GraphResource | undefined) => boolean,
    limit = 30_000,
  ) {
    for (const deadline = Date.now() + limit; ; await setTimeout(100)) {
      const found = await read(graph);
      if (wanted(found)) return found;
      if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(found?.status)} after ${limit} ms`);
    }
  }

  async function create(graph: GraphResource): Promise<GraphResource> {
    return (await objects.create(structuredClone(graph) as never)) as unknown as GraphResource;
  }

  async function remove(graph: GraphResource, policy: "Background" | "Foreground"): Promise<void> {
    const skip = undefined;
    await objects.delete(graph as never, skip, skip, skip, skip, policy);
  }

  /** All that belongs to the graph, and the graph, as the API server answers them. */
  async function made(graph: GraphResource): Promise<RecordedObject[]> {
    const found: unknown[] = [await read(graph)];
    for (const [apiVersion, kind] of compared) {
      const { items } = await objects.list(apiVersion, kind, namespace);
      const owned = items.filter(({ metadata }) =>
        metadata?.ownerReferences?.some(({ uid }) => uid === graph.metadata.uid),
      );
      found.push(...owned.map((item) => ({ ...item, apiVersion, kind })));
    }
    return JSON.parse(JSON.stringify(found.filter(Boolean)));
  }

  check.each(cases)("leaves of %s what the operator left", async (name) => {
    const graph: GraphResource = parse(readFileSync(join(recordings, name, "input.yaml"), "utf8"));
    const documents = parseAllDocuments(readFileSync(join(recordings, name, "output.yaml"), "utf8"));
    const recorded: RecordedObject[] = documents.map((document) => document.toJS());
    const expected = recorded.find(
      ({ kind }) => kind === "DynamoGraphDeployment",
    ) as unknown as GraphResource;

    const created = await create(graph);
    await until(graph, (found) => found?.status?.state === expected.status?.state);
    expect(comparable(await made(created))).toEqual(comparable(recorded));

    await remove(graph, "Background");
    await until(graph, (found) => found === undefined);
  });

  check("covers every recording", () => {
    const folders = readdirSync(recordings, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).sort()).toEqual([...cases].sort());
  });

  const aggregated = (name: string): GraphResource => {
    const graph: GraphResource = parse(readFileSync(join(recordings, "agg-default/input.yaml"), "utf8"));
    return { ...graph, metadata: { name, namespace } };
  };

  check("names who waits for GPUs", async () => {
    const graph = aggregated("too-big");
    for (const component of Object.values(graph.spec.services ?? {})) {
      if (component.resources?.limits) component.resources.limits.gpu = "9";
    }
    await create(graph);
    const found = await until(graph, (seen) => seen?.status?.services?.Frontend?.readyReplicas === 1);
    const waiting = found?.status?.services?.VllmWorker?.componentName;
    expect(waiting).toMatch(release === "0.8" ? /^too-big-vllmworker$/ : /^too-big-vllmworker-[0-9a-f]{8}$/);
    expect(found?.status).toMatchObject({
      state: "pending",
      conditions: [
        {
          type: "Ready",
          status: "False",
          reason: "some_resources_are_not_ready",
          message: `Resources not ready: ${waiting}: Component deployment not ready - Available condition not true`,
        },
      ],
    });
    await remove(graph, "Background");
  });

  check("changes replicas in place and everything else by a rollout", async () => {
    const graph = aggregated("changing");
    await create(graph);
    const first = await until(graph, (found) => found?.status?.state === "successful");
    const before = first?.status?.services?.VllmWorker?.componentName;
    const change = async (worker: object) => {
      const patch = { ...graph, spec: { services: { VllmWorker: worker } } } as never;
      const skip = undefined;
      await objects.patch(patch, skip, skip, skip, skip, PatchStrategy.MergePatch);
    };

    if (release === "0.8") {
      await expect(change({ replicas: 3 })).rejects.toThrow(/when scaling adapter is enabled/);
      const adapter = { apiVersion: graph.apiVersion, kind: "DynamoGraphDeploymentScalingAdapter" };
      const metadata = { ...graph.metadata, name: "changing-vllmworker" };
      const patch = { ...adapter, metadata, spec: { replicas: 3 } } as never;
      await objects.patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
    } else await change({ replicas: 3 });
    const isScaled = ({ state, services }: NonNullable<GraphResource["status"]>) =>
      state === "successful" && services?.VllmWorker?.readyReplicas === 3;
    const scaled = await until(graph, (found) => isScaled(found?.status ?? {}));
    expect(scaled?.status?.services?.VllmWorker?.componentName).toBe(before);
    const transitionOf = (found?: GraphResource) => found?.status?.conditions?.[0]?.lastTransitionTime;
    await setTimeout(1_000); // transitions are told in whole seconds

    const image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.8.2";
    await change({ extraPodSpec: { mainContainer: { image } } });
    const last = await until(
      graph,
      (found) => found?.status?.state === "successful" && transitionOf(found) !== transitionOf(scaled),
    );
    const after = last?.status?.services?.VllmWorker?.componentName;
    expect(after === before).toBe(release === "0.8");
    const workers = (await made(last as GraphResource)).filter(({ metadata }) => metadata.name === before);
    expect(workers.map(({ kind }) => kind)).toEqual(
      release === "0.8" ? ["Deployment", "Service", "DynamoGraphDeploymentScalingAdapter"] : [],
    );
    await remove(graph, "Background");
  });

  check("refuses what it can't change of a graph", async () => {
    const graph = aggregated("fixed");
    await create(graph);
    const change = (spec: object) => {
      const patch = { ...graph, spec } as never;
      const skip = undefined;
      return objects.patch(patch, skip, skip, skip, skip, PatchStrategy.MergePatch);
    };
    await expect(change({ backendFramework: "sglang" })).rejects.toThrow(
      /admission webhook .* denied the request: .*backendFramework is immutable/,
    );
    const removed = change({ services: { Frontend: null } });
    if (release === "0.8") await removed;
    else await expect(removed).rejects.toThrow(/component topology is immutable/);
    const scaled = change({ services: { VllmWorker: { replicas: 3, scalingAdapter: { enabled: true } } } });
    if (release === "1.4") await expect(scaled).rejects.toThrow(/when scaling adapter is enabled/);
    await scaled.catch(() => {});
    await remove(graph, "Background");
  });

  check("fails a graph whose claim is missing", async () => {
    const graph = aggregated("claimless");
    await create({ ...graph, spec: { ...graph.spec, pvcs: [{ name: "absent" }] } });
    const found = await until(graph, (seen) => seen?.status?.state === "failed");
    expect(found?.status?.conditions?.[0]).toMatchObject({
      status: "False",
      reason: "failed_to_reconcile_the_resources",
      message: expect.stringMatching(/^failed to reconcile top-level PVCs: .*"absent" not found$/),
    });
    await remove(graph, "Background");
  });

  check("background deletion does not wait for the children, which follow", async () => {
    const graph = await create(aggregated("background"));
    await until(graph, (found) => found?.status?.state === "successful");
    const release = await held((await made(graph)).find(({ kind }) => kind === "Deployment"));
    await remove(graph, "Background");
    await until(graph, (found) => found === undefined);
    expect(await made(graph)).not.toEqual([]);
    await release();
    await childless(graph);
  });

  /** Holds an object when it is deleted, until the function that this returns is called. */
  async function held(object: RecordedObject | undefined): Promise<() => Promise<void>> {
    const patch = async (finalizers: string[]) => {
      const metadata = { name: object?.metadata.name, namespace, finalizers };
      const change = { apiVersion: object?.apiVersion, kind: object?.kind, metadata } as never;
      const skip = undefined;
      await objects.patch(change, skip, skip, skip, skip, PatchStrategy.MergePatch);
    };
    await patch(["dynamo.test/held"]);
    return () => patch([]);
  }

  async function childless(graph: GraphResource): Promise<void> {
    const message = `${graph.metadata.name} is gone, but its children are not`;
    const timeout = { milliseconds: garbageCollection, message };
    await pWaitFor(async () => (await made(graph)).length === 0, { interval: 200, timeout });
  }

  if (release === "1.4") {
    check("foreground deletion ends", async () => {
      const graph = await create(aggregated("foreground"));
      await until(graph, (found) => found?.status?.state === "successful");
      await remove(graph, "Foreground");
      await until(graph, (found) => found === undefined, garbageCollection);
      expect(await made(graph)).toEqual([]);
    });
    return;
  }

  check("foreground deletion never ends, until a background one", async () => {
    const graph = await create(aggregated("foreground"));
    await until(graph, (found) => found?.status?.state === "successful");
    const before = new Set((await made(graph)).map(({ metadata }) => metadata.uid));
    await remove(graph, "Foreground");
    const remade = async () => (await made(graph)).filter(({ metadata }) => !before.has(metadata.uid));
    const timeout = { milliseconds: garbageCollection, message: "nothing is remade" };
    await pWaitFor(async () => (await remade()).length > 0, { interval: 100, timeout });
    await setTimeout(5_000);
    expect((await read(graph))?.metadata).toMatchObject({
      finalizers: expect.arrayContaining(["foregroundDeletion"]),
    });
    await remove(graph, "Background");
    await until(graph, (found) => found === undefined);
    await childless(graph);
  });
});

const prerequisites: KubernetesObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  volume("pv1"),
  volume("pv2"),
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "model-cache", namespace },
    spec: {
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: "10Gi" } },
      storageClassName: "standard",
      volumeName: "pv1",
    },
  } as KubernetesObject,
];

function volume(name: string): KubernetesObject {
  const spec = {
    capacity: { storage: "10Gi" },
    accessModes: ["ReadWriteMany"],
    storageClassName: "standard",
    hostPath: { path: `/nowhere/${name}` },
  };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec } as KubernetesObject;
}

/** Gives the nodes what the recorded graphs ask for: a product label and an RDMA device. */
async function prepareNodes(core: CoreV1Api): Promise<void> {
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const labels = { "nvidia.com/gpu.product": "NVIDIA-H100" };
  const more = { "rdma/ib": "1" };
  for (const { metadata } of (await core.listNode()).items) {
    const name = metadata?.name ?? "";
    await core.patchNode({ name, body: { metadata: { labels } } }, merge);
    await core.patchNodeStatus({ name, body: { status: { capacity: more, allocatable: more } } }, merge);
  }
}

/** Objects by kind and name, without what the recordings leave out and without the differences that are known. */
function comparable(all: RecordedObject[]): Record<string, unknown> {
  const entries = all.map(recordable).flatMap((object) => {
    const reduced = differences.reduce<RecordedObject | undefined>(
      (left, { without }) => left && without(left),
      object,
    );
    return reduced ? [[`${reduced.kind} ${reduced.metadata.name}`, reduced] as const] : [];
  });
  return Object.fromEntries(entries);
}

const unrecorded = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "lastTransitionTime",
  "deployment.kubernetes.io/revision",
  "clusterIP",
  "clusterIPs",
  "ipFamilies",
  "ipFamilyPolicy",
  "internalTrafficPolicy",
  "sessionAffinity",
]);

/** Leaves out identifiers, times and cluster addresses, a graph's spec and any other's status. */
function recordable(object: RecordedObject): RecordedObject {
  const other = object.kind === "DynamoGraphDeployment" ? "spec" : "status";
  const { [other]: _, ...kept } = JSON.parse(
    JSON.stringify(object, (key, value) => (unrecorded.has(key) ? undefined : value)),
  );
  return kept;
}
