import type { V1Deployment, V1EnvVar, V1Service } from "@kubernetes/client-node";
import {
  annotations,
  type ComponentSpec,
  type GraphResource,
  type OperatorRelease,
} from "../../rehearsal/operator/graphResource";
import { WorkQueue } from "../../rehearsal/operator/queue";
import { type RenderOptions, render, whyRefused } from "../../rehearsal/operator/render";
import { rollout } from "../../rehearsal/operator/rollout";
import { nextStatus, type Outcome } from "../../rehearsal/operator/status";

const releases: OperatorRelease[] = ["0.8", "1.4"];

const image = "vllm-runtime:0.8.1";
const frontend: ComponentSpec = { componentType: "frontend", extraPodSpec: { mainContainer: { image } } };
const worker: ComponentSpec = {
  ...frontend,
  componentType: "worker",
  replicas: 2,
  resources: { limits: { gpu: "1" } },
};

function graph(
  services: Record<string, ComponentSpec>,
  more: Partial<GraphResource["spec"]> = {},
  noted = {},
): GraphResource {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "demo", namespace: "graphs", uid: "1", generation: 1, annotations: noted },
    spec: { services, ...more },
  };
}

const kubernetes = graph({ Frontend: frontend, Worker: worker });
const etcd = graph({ Frontend: frontend, Worker: worker }, {}, { [annotations.discovery]: "etcd" });

const names = (of: GraphResource, kind: string, options: RenderOptions): (string | undefined)[] =>
  render(of, options)
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata?.name?.replace(/[0-9a-f]{8}$/, "<hash>"));

function deploymentOf(component: string, of: GraphResource, options: RenderOptions): V1Deployment {
  const all = render(of, options) as V1Deployment[];
  const found = all.find(
    ({ kind, metadata }) => kind === "Deployment" && metadata?.name?.includes(`-${component}`),
  );
  if (!found) throw new Error(`no Deployment of ${component}`);
  return found;
}

const envOf = (of: GraphResource, options: RenderOptions): V1EnvVar[] =>
  deploymentOf("worker", of, options).spec?.template.spec?.containers[0]?.env ?? [];

const valueIn = (env: V1EnvVar[], name: string): string | undefined =>
  env.find((each) => each.name === name)?.value;

describe("env", () => {
  const set = (value: string): V1EnvVar[] => [{ name: "DYN_NAMESPACE", value }];
  const main = (env?: V1EnvVar[]): ComponentSpec => ({
    ...worker,
    extraPodSpec: { mainContainer: { image, env } },
  });

  test.each(releases)("is sorted by name, each name once (%s)", (release) => {
    const set = graph(
      { Worker: { ...worker, envs: [{ name: "B", value: "1" }] } },
      { envs: [{ name: "A", value: "1" }] },
    );
    const found = envOf(set, { release }).map(({ name }) => name);
    expect(found).toEqual([...new Set(found)].sort());
    expect(found).toEqual(expect.arrayContaining(["A", "B", "DYN_SYSTEM_PORT", "POD_UID"]));
  });

  test.each<[OperatorRelease, string, ComponentSpec, V1EnvVar[] | undefined, string]>([
    ["0.8", "operator", worker, undefined, "graphs-demo"],
    ["0.8", "graph over operator", worker, set("graph"), "graph"],
    ["0.8", "graph over main container", main(set("main")), set("graph"), "graph"],
    ["0.8", "service over graph", { ...worker, envs: set("service") }, set("graph"), "service"],
    ["1.4", "graph over operator", worker, set("graph"), "graph"],
    ["1.4", "main container over graph", main(set("main")), set("graph"), "main"],
    ["1.4", "main container over service", { ...main(set("main")), envs: set("service") }, undefined, "main"],
  ])("%s: %s", (release, _, component, envs, expected) => {
    expect(valueIn(envOf(graph({ Worker: component }, { envs }), { release }), "DYN_NAMESPACE")).toBe(
      expected,
    );
  });

  test("names the operator's etcd, in either mode, only where it has one", () => {
    const etcdAddress = "http://etcd.test:2379";
    const endpoints = (of: GraphResource, address?: string) =>
      valueIn(envOf(of, { release: "0.8", etcdAddress: address }), "ETCD_ENDPOINTS");
    expect([endpoints(kubernetes), endpoints(kubernetes, etcdAddress), endpoints(etcd, etcdAddress)]).toEqual(
      [undefined, etcdAddress, etcdAddress],
    );
  });
});

describe("discovery", () => {
  test.each(releases)("by Kubernetes has access to the API server (%s)", (release) => {
    expect(names(kubernetes, "Role", { release })).toEqual(["demo-k8s-service-discovery-role"]);
    expect(names(kubernetes, "RoleBinding", { release })).toEqual(["demo-k8s-service-discovery-binding"]);
    expect(valueIn(envOf(kubernetes, { release }), "DYN_DISCOVERY_BACKEND")).toBe("kubernetes");
  });

  test.each(releases)("by etcd has none (%s)", (release) => {
    expect(names(etcd, "Role", { release })).toEqual([]);
    expect(names(etcd, "ServiceAccount", { release })).toEqual(["planner-serviceaccount"]);
    expect(deploymentOf("worker", etcd, { release }).spec?.template.spec?.serviceAccountName).toBe("default");
    expect(valueIn(envOf(etcd, { release }), "DYN_DISCOVERY_BACKEND")).toBeUndefined();
  });

  test.each<[OperatorRelease, string, GraphResource, string[]]>([
    [
      "0.8",
      "kubernetes",
      kubernetes,
      [
        "demo-frontend",
        "demo-frontend-p",
        "demo-frontend-d",
        "demo-worker",
        "demo-worker-p",
        "demo-worker-d",
      ],
    ],
    ["0.8", "etcd", etcd, ["demo-frontend", "demo-frontend-p", "demo-frontend-d", "demo-worker"]],
    ["1.4", "kubernetes", kubernetes, ["demo-frontend", "demo-worker-<hash>"]],
    ["1.4", "etcd", etcd, ["demo-frontend"]],
  ])("%s by %s makes these Services", (release, _, of, expected) => {
    expect(names(of, "Service", { release })).toEqual(expected);
  });
});

test("an 0.8 Service selects by type and graph, a 1.4 one by component too", () => {
  const selectors = releases.map((release) => {
    const services = (render(kubernetes, { release }) as V1Service[]).filter(
      ({ kind }) => kind === "Service",
    );
    return Object.keys(services[0]?.spec?.selector ?? {}).sort();
  });
  const both = ["nvidia.com/dynamo-component-type", "nvidia.com/dynamo-namespace"];
  expect(selectors).toEqual([both, ["nvidia.com/dynamo-component", ...both]]);
});

test("a 1.4 worker bears one hash, which replicas leave alone and an image does not", () => {
  const hashOf = (component: ComponentSpec) => {
    const { metadata, spec } = deploymentOf("worker", graph({ Worker: component }), { release: "1.4" });
    const hash = metadata?.labels?.["nvidia.com/dynamo-worker-hash"];
    const { template, selector } = spec ?? {};
    expect(metadata?.name).toBe(`demo-worker-${hash}`);
    expect(selector?.matchLabels).toEqual({ "nvidia.com/selector": `demo-worker-${hash}` });
    expect(template?.metadata?.labels).toMatchObject({ "nvidia.com/dynamo-worker-hash": hash });
    expect(template?.spec?.containers[0]?.env).toContainEqual({
      name: "DYN_NAMESPACE_WORKER_SUFFIX",
      value: hash,
    });
    return hash;
  };
  const other = { ...worker, extraPodSpec: { mainContainer: { image: "vllm-runtime:0.8.2" } } };
  expect(hashOf({ ...worker, replicas: 3 })).toBe(hashOf(worker));
  expect(hashOf(other)).not.toBe(hashOf(worker));
});

test("scaling adapters are made only where they are installed, in 1.4 only on request", () => {
  const kind = "DynamoGraphDeploymentScalingAdapter";
  const asked = graph({ Worker: { ...worker, scalingAdapter: { enabled: true } } });
  expect(names(kubernetes, kind, { release: "0.8" })).toEqual(["demo-frontend", "demo-worker"]);
  expect(names(kubernetes, kind, { release: "0.8", scalingAdapters: false })).toEqual([]);
  expect(names(kubernetes, kind, { release: "1.4" })).toEqual([]);
  expect(names(asked, kind, { release: "1.4" })).toEqual(["demo-worker"]);
});

test.each(releases)("a component of several nodes is refused (%s)", (release) => {
  const several = graph({ Worker: { ...worker, multinode: { nodeCount: 2 } } });
  expect(whyRefused(kubernetes)).toBeUndefined();
  expect(whyRefused(several)).toMatch(/no multinode orchestrator available$/);
  expect(names(several, "Deployment", { release })).toEqual([]);
  expect(names(several, "Role", { release })).toHaveLength(1);
});

describe("status", () => {
  const ready: Outcome = {
    state: "successful",
    reason: "all_resources_are_ready",
    message: "All resources are ready",
  };
  const waiting: Outcome = {
    state: "pending",
    reason: "some_resources_are_not_ready",
    message: "Resources not ready",
  };
  const updated = (of: GraphResource, outcome: Outcome, now: string): GraphResource => {
    const status = nextStatus(of, outcome, undefined, "1.4", now);
    return status ? { ...of, status } : of;
  };

  test("is written only when it changes, and dates the condition's last transition", () => {
    const first = updated(kubernetes, waiting, "T1");
    expect(nextStatus(first, waiting, undefined, "1.4", "T2")).toBeUndefined();
    const second = updated(first, { ...waiting, message: "Resources not ready: demo-worker" }, "T2");
    const third = updated(second, ready, "T3");
    const times = [first, second, third].map(({ status }) => status?.conditions?.[0]?.lastTransitionTime);
    expect(times).toEqual(["T1", "T1", "T3"]);
    expect(third.status).toMatchObject({
      state: "successful",
      observedGeneration: 1,
      conditions: [{ status: "True" }],
    });
  });

  test("has no generation in 0.8", () => {
    expect(nextStatus(kubernetes, ready, undefined, "0.8", "T1")).not.toHaveProperty("observedGeneration");
  });
});

describe("a rollout of 1.4 workers", () => {
  const changed = graph({ Worker: { ...worker, replicas: 4 } }, {}, { [annotations.workerHash]: "00000000" });
  const hash = deploymentOf("worker", changed, { release: "1.4" }).metadata?.labels?.[
    "nvidia.com/dynamo-worker-hash"
  ];
  const generation = (workerHash: string, replicas: number, up: number): V1Deployment => ({
    metadata: {
      name: `demo-worker-${workerHash}`,
      labels: { "nvidia.com/dynamo-component": "Worker", "nvidia.com/dynamo-worker-hash": workerHash },
    },
    spec: { replicas } as V1Deployment["spec"],
    status: { readyReplicas: up, availableReplicas: up },
  });

  test.each([
    [[4, 4], undefined, { old: 3, fresh: 1, phase: "InProgress" }],
    [[3, 3], [1, 0], { old: 3, fresh: 2, phase: "InProgress" }],
    [[3, 3], [2, 2], { old: 1, fresh: 2, phase: "InProgress" }],
    [[0, 0], [4, 4], { old: 0, fresh: 4, phase: "Completed" }],
  ])("with old replicas %j and new ones %j goes on to %j", (old, fresh, expected) => {
    const [oldReplicas = 0, oldUp = 0] = old;
    const deployments = [generation("00000000", oldReplicas, oldUp)];
    if (fresh) deployments.push(generation(String(hash), fresh[0] ?? 0, fresh[1] ?? 0));
    const found = rollout(changed, deployments, "T1");
    expect({
      old: found?.old[0]?.replicas,
      fresh: found?.replicas.Worker,
      phase: found?.status.phase,
    }).toEqual(expected);
  });

  test("is none while the generation is the one wanted", () => {
    const { metadata } = changed;
    const settled = {
      ...changed,
      metadata: { ...metadata, annotations: { [annotations.workerHash]: String(hash) } },
    };
    expect(rollout(settled, [], "T1")).toBeUndefined();
  });
});

describe("the work queue", () => {
  test("works on a key once at a time, and again when it was added meanwhile", async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    const queue = new WorkQueue(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      done++;
    });
    for (let added = 0; added < 5; added++) queue.add("a");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await queue.stop();
    expect([most, done]).toEqual([1, 2]);
  });

  test("tries again what failed, after a delay, and nothing once it is stopped", async () => {
    jest.useFakeTimers();
    let tries = 0;
    const queue = new WorkQueue(async () => {
      tries++;
      throw new Error("not yet");
    });
    queue.add("a");
    await jest.advanceTimersByTimeAsync(400);
    expect(tries).toBe(1);
    await jest.advanceTimersByTimeAsync(1_200);
    expect(tries).toBe(3);
    await queue.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(tries).toBe(3);
    jest.useRealTimers();
  });
});

test("frontends beside engines have the ports of frontends, and an Endpoint Picker its own", () => {
  const beside = { image: "frontend:1.4.2", args: ["-m", "dynamo.frontend"], envFromSecret: "hf" };
  const picked = graph({
    Epp: { componentType: "epp", extraPodSpec: { mainContainer: { image: "frontend:1.4.2" } } },
    Worker: { ...worker, frontendSidecar: beside },
  });
  const pod = deploymentOf("worker", picked, { release: "1.4" }).spec?.template;
  expect(pod?.metadata?.labels).toMatchObject({ "nvidia.com/dynamo-component-class": "worker" });
  expect(pod?.spec?.containers).toMatchObject([
    { name: "main", ports: [{ name: "system" }, { name: "nixl" }] },
    {
      name: "sidecar-frontend",
      image: "frontend:1.4.2",
      args: beside.args,
      ports: [{ name: "http", containerPort: 8000 }],
      envFrom: [{ secretRef: { name: "hf" } }],
    },
  ]);
  expect(valueIn(pod?.spec?.containers[1]?.env ?? [], "DYN_HTTP_PORT")).toBe("8000");
  expect(
    deploymentOf("epp", picked, { release: "1.4" }).spec?.template.spec?.containers[0]?.ports,
  ).toContainEqual(expect.objectContaining({ name: "grpc", containerPort: 9002 }));
});
