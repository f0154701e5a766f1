import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { AppsV1Api, CoreV1Api, DiscoveryV1Api, type V1PodSpec, VersionApi } from "@kubernetes/client-node";
import { apiClient } from "../../rehearsal/clients";
import { type ControlPlane, startControlPlane } from "../../rehearsal/controlPlane";
import { processesIn } from "../../rehearsal/controlPlaneDirectory";
import { applyCrds, applyStandInCrds } from "../../rehearsal/crds";
import { createNodes } from "../../rehearsal/nodes";
import { readPlacement } from "../../rehearsal/placement";
import { buildTools, rehearsalTools, type Tools } from "../../rehearsal/tools";

jest.setTimeout(120_000);

const repository = join(__dirname, "../..");
const namespace = "default";
let tools: Tools;
let plane: ControlPlane;

beforeAll(async () => {
  tools = await buildTools(rehearsalTools, { report: console.log });
  plane = await startControlPlane(tools);
}, 1_800_000);

afterAll(() => plane?.stop());

async function eventually<T>(probe: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; await setTimeout(100)) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function workload(name: string, replicas: number, spec: V1PodSpec) {
  const labels = { app: name };
  return {
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
    },
  };
}

const withGpus = (count: number): V1PodSpec => ({
  containers: [{ name: "main", image: "none", resources: { limits: { "nvidia.com/gpu": String(count) } } }],
});

describe("a control plane", () => {
  const core = () => apiClient(plane.kubeconfig, CoreV1Api);
  const apps = () => apiClient(plane.kubeconfig, AppsV1Api);
  const discovery = () => apiClient(plane.kubeconfig, DiscoveryV1Api);

  test("keeps its kubeconfig private, and states the version that is pinned", async () => {
    expect((await stat(plane.kubeconfig)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(plane.kubeconfig))).mode & 0o777).toBe(0o700);
    expect((await apiClient(plane.kubeconfig, VersionApi).getCode()).gitVersion).toMatch(/^v1\.\d+\.\d+$/);
  });

  test("listens on 127.0.0.1 alone", async () => {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "args="]);
    const commands = stdout.split("\n").filter((line) => line.startsWith(dirname(plane.kubeconfig)));
    expect(commands).toHaveLength(5);
    for (const command of commands) expect(command).not.toMatch(/0\.0\.0\.0|\[::\]/);
  });

  test("has a hundred Ready nodes", async () => {
    await createNodes(plane.kubeconfig, { nodes: 100, gpusPerNode: 8 });
    const { items } = await core().listNode();
    expect(items).toHaveLength(100);
    expect(items[0]?.metadata?.labels).toMatchObject({
      "nvidia.com/gpu.present": "true",
      "nvidia.com/gpu.count": "8",
    });
    expect(new Set(items.map(({ spec }) => spec?.podCIDR)).size).toBe(100);
  });

  test("says in the scheduler's words what does not fit", async () => {
    const body = workload("too-big", 2, withGpus(9));
    await apps().createNamespacedDeployment({ namespace, body });
    await eventually(async () => {
      const { waiting } = await readPlacement(plane.kubeconfig, [namespace]);
      expect(waiting).toHaveLength(2);
      for (const { workload, reason } of waiting) {
        expect(workload).toBe("too-big");
        expect(reason).toMatch(/^0\/100 nodes are available: 100 Insufficient nvidia\.com\/gpu/);
      }
    });
    await apps().deleteNamespacedDeployment({ namespace, name: "too-big" });
    await eventually(async () => expect((await readPlacement(plane.kubeconfig)).waiting).toEqual([]));
  });

  test("rolls out a StatefulSet with volumes and endpoints, and deletes it with its pods", async () => {
    const volumeClaim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const body = workload("stored", 3, withGpus(1));
    const service = {
      metadata: { name: "stored" },
      spec: { clusterIP: "None", selector: { app: "stored" } },
    };
    await core().createNamespacedService({ namespace, body: service });
    await apps().createNamespacedStatefulSet({
      namespace,
      body: {
        ...body,
        spec: { ...body.spec, volumeClaimTemplates: [{ metadata: { name: "data" }, spec: volumeClaim }] },
      },
    });
    await eventually(async () => {
      const { status } = await apps().readNamespacedStatefulSet({ namespace, name: "stored" });
      expect(status?.readyReplicas).toBe(3);
    });
    await eventually(async () => {
      const labelSelector = "kubernetes.io/service-name=stored";
      const { items } = await discovery().listNamespacedEndpointSlice({ namespace, labelSelector });
      expect(items[0]?.endpoints.map(({ conditions }) => conditions?.ready)).toEqual([true, true, true]);
    });
    const { items: claims } = await core().listNamespacedPersistentVolumeClaim({ namespace });
    expect(claims.map(({ status }) => status?.phase)).toEqual(["Bound", "Bound", "Bound"]);
    const { nodes } = await readPlacement(plane.kubeconfig);
    expect(nodes.reduce((sum, { gpus }) => sum + gpus.used, 0)).toBe(3);

    await apps().deleteNamespacedStatefulSet({ namespace, name: "stored" });
    await eventually(async () => expect((await core().listNamespacedPod({ namespace })).items).toEqual([]));
  });

  test.each([
    ["ServiceAccount tokens", {}, (spec?: V1PodSpec) => expect(spec?.volumes?.[0]?.projected).toBeDefined()],
    ["default tolerations", {}, (spec?: V1PodSpec) => expect(spec?.tolerations).toHaveLength(2)],
  ])("its admission adds %s", async (_, more, check) => {
    const spec = { ...withGpus(0), ...more };
    const pod = await core().createNamespacedPod({
      namespace,
      body: { metadata: { generateName: "admitted-" }, spec },
    });
    check(pod.spec);
  });

  test("enforces Pod Security and resource quotas", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await core().createNamespace({ body: { metadata: { name: "strict", labels } } });
    await core().createNamespace({ body: { metadata: { name: "small" } } });
    await core().createNamespacedResourceQuota({
      namespace: "small",
      body: { metadata: { name: "gpus" }, spec: { hard: { "requests.nvidia.com/gpu": "1" } } },
    });
    const create = (namespace: string) =>
      core().createNamespacedPod({
        namespace,
        body: { metadata: { generateName: "refused-" }, spec: withGpus(2) },
      });
    // A new namespace has its ServiceAccount and its quota's status in a moment.
    await eventually(() => expect(create("strict")).rejects.toThrow(/violates PodSecurity/));
    await eventually(() => expect(create("small")).rejects.toThrow(/exceeded quota: gpus/));
  });

  test("serves the stand-in CRDs", async () => {
    const names = [
      "dynamographdeployments.nvidia.com",
      "dynamographdeploymentscalingadapters.nvidia.com",
      "dynamoworkermetadatas.nvidia.com",
      "computedomains.resource.nvidia.com",
      "podmonitors.monitoring.coreos.com",
      "prometheusrules.monitoring.coreos.com",
    ];
    expect(await applyStandInCrds(plane.kubeconfig)).toEqual(names);
  });

  for (const crds of ["monitoring", "dynamo-0.8", "dynamo-1.4"]) {
    const folder = join(repository, "../shared/crds", crds);
    const present = existsSync(folder);
    if (!present) console.log(`the CRDs of ${crds} are not applied: there is no ${folder}`);
    (present ? test : test.skip)(`serves the CRDs of ${crds}`, async () => {
      const names = await applyCrds(plane.kubeconfig, folder);
      expect(names.length).toBeGreaterThan(2);
    });
  }

  test("is there a second time at once, beside the first, and leaves nothing when it stops", async () => {
    const started = Date.now();
    const lines: string[] = [];
    const second = await startControlPlane(
      await buildTools(rehearsalTools, { report: (line) => lines.push(line) }),
    );
    console.log(`a second control plane starts in ${Date.now() - started} ms`);
    expect(lines).toEqual([]);
    await createNodes(second.kubeconfig, { nodes: 1, gpusPerNode: 0 });
    const volume = { name: "data", persistentVolumeClaim: { claimName: "data" } };
    const client = apiClient(second.kubeconfig, CoreV1Api);
    await client.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
      },
    });
    const spec = { ...withGpus(0), volumes: [volume] };
    await client.createNamespacedPod({ namespace, body: { metadata: { name: "pod" }, spec } });
    const path = await eventually(async () => {
      const { items } = await client.listPersistentVolume();
      expect(items[0]?.status?.phase).toBe("Bound");
      return items[0]?.spec?.hostPath?.path ?? "";
    });
    expect(existsSync(path)).toBe(true);

    await Promise.all([second.stop(), second.stop()]);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(dirname(second.kubeconfig))).toBe(false);
    expect(existsSync(`${dirname(second.kubeconfig)}.sock`)).toBe(false);
    expect(await processesIn(dirname(second.kubeconfig))).toEqual([]);
    await core().listNode(); // the first is untouched
  });

  test("tells the log of a component that does not stay up", async () => {
    const broken = { ...tools, kubeScheduler: tools.kwokctl };
    await expect(startControlPlane(broken)).rejects.toThrow(
      /kube-scheduler does not stay up; the end of its log:\n.+/,
    );
  });

  test("starts a component again that ends once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "once-"));
    const script = join(folder, "kube-controller-manager");
    const run = (flags: string) => `exec -a "$0" ${tools.kubeControllerManager} ${flags}`;
    const lines = [
      `if [[ $* == *--kubeconfig* && ! -e ${folder}/ended ]]; then > ${folder}/ended; ${run("--no-such-flag")}; fi`,
      run('"$@"'),
    ];
    await writeFile(script, `#!/bin/bash\n${lines.join("\n")}\n`, { mode: 0o700 });
    const restarted = await startControlPlane({ ...tools, kubeControllerManager: script });
    expect(existsSync(join(folder, "ended"))).toBe(true);
    await restarted.stop();
    await rm(folder, { recursive: true });
  });
});
