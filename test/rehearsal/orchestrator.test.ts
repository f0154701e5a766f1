/** Pods that Grove and LeaderWorkerSet make of a graph, as the stand-in renders them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { parse } from "yaml";
import { isFollower } from "../../plan/graph/labels";
import type { ComponentSpec, GraphResource } from "../../rehearsal/operator/graphResource";
import { isRolledByOperator } from "../../rehearsal/operator/orchestrator/choice";
import { countedComponents } from "../../rehearsal/operator/orchestrator/counts";
import { orchestratedPods } from "../../rehearsal/operator/orchestrator/pods";
import { nextSteps } from "../../rehearsal/operator/orchestrator/steps";
import { render, whyRefused } from "../../rehearsal/operator/render";
import { observe } from "../../rehearsal/operator/status";

const runs = join(__dirname, "../../../shared/findings/operator/runs");
const isThere = existsSync(runs);
if (!isThere) console.warn(`skipped: there is no ${runs}`);

type Recorded = { metadata: V1Pod["metadata"]; spec: NonNullable<V1Pod["spec"]> };
const read = (run: string, file: string) => parse(readFileSync(join(runs, run, file), "utf8"));

/** What the API server, kwok and the scheduler add, and what the stand-in leaves out of a pod. */
const added = new Set([
  ...["scheme", "successThreshold", "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy"],
  ...["dnsPolicy", "enableServiceLinks", "nodeName", "preemptionPolicy", "priority", "schedulerName"],
  ...["serviceAccount", "tolerations", "initContainers", "requests"],
  ...["nvidia.com/dynamo-operator-origin-version", "grove.io/pod-template-hash"],
]);

function comparable({ metadata, spec }: Recorded | V1Pod): object {
  const kept = { labels: metadata?.labels, annotations: metadata?.annotations, spec };
  return JSON.parse(
    JSON.stringify(kept, (key, value) => {
      if (added.has(key) || (key === "envFrom" && value.length === 0)) return undefined;
      if (key === "fieldRef") return { fieldPath: value.fieldPath };
      if (key === "volumes" || key === "volumeMounts")
        return value.filter(
          ({ name }: { name: string }) => !/^(kube-api-access-.*|wait-leader-script)$/.test(name),
        );
      return value;
    }),
  );
}

const byPlace = (pods: readonly (Recorded | V1Pod)[]) =>
  Object.fromEntries(
    pods.map((pod) => [`${pod.metadata?.generateName} ${pod.spec?.hostname}`, comparable(pod)]),
  );

describe.each([
  ["multi-node", "up"],
  ["multi-node", "replicas"],
  ["multi-node", "mode"],
  ["disaggregated", "replicas"],
])("of the recorded run %s", (run, step) => {
  (isThere ? test : test.skip)("the pods are those that Grove made", () => {
    const [graph]: GraphResource[] = read(run, `${step}-v1alpha1.yaml`);
    const recorded: Recorded[] = read(run, `${step}-pods.yaml`);
    const pods = orchestratedPods(graph as GraphResource, { release: "1.4", orchestrator: "grove" });
    expect(byPlace(pods)).toEqual(byPlace(recorded));
  });

  (isThere ? test : test.skip)("the status is that of the operator, once they are Ready", () => {
    const [graph] = read(run, `${step}-v1alpha1.yaml`) as [GraphResource];
    const options = { release: "1.4", orchestrator: "grove" } as const;
    const pods = orchestratedPods(graph, options);
    const counted = countedComponents(graph, pods.map(running), pods, options);
    expect(observe(graph, [], "1.4", counted)).toEqual({
      state: graph.status?.state,
      reason: graph.status?.conditions?.[0]?.reason,
      message: graph.status?.conditions?.[0]?.message,
      services: graph.status?.services,
    });
  });
});

const running = (pod: V1Pod): V1Pod => ({
  ...pod,
  spec: { containers: [], ...pod.spec, nodeName: "gpu-node-0" },
  status: { conditions: [{ type: "Ready", status: "True" }] },
});

const services = join(runs, "../grove-disaggregated/services.yaml");
(isThere ? test : test.skip)("Services lead to Grove's pods as the recorded ones do", () => {
  const { items }: { items: V1Service[] } = parse(readFileSync(services, "utf8"));
  const [graph] = read("disaggregated", "up-v1alpha1.yaml") as [GraphResource];
  const ofGraph = ({ metadata, spec }: V1Service) => ({
    name: metadata?.name,
    labels: metadata?.labels,
    ports: spec?.ports,
    selector: spec?.selector,
    clusterIP: spec?.clusterIP === "None",
    publishNotReadyAddresses: spec?.publishNotReadyAddresses,
  });
  const byName = (all: V1Service[]) =>
    Object.fromEntries(all.map((one) => [one.metadata?.name, ofGraph(one)]));
  const made = render(graph, { release: "1.4", orchestrator: "grove" }) as V1Service[];
  // The stack's own frontend Service belongs to no graph.
  const recorded = items.filter(({ metadata }) => metadata?.ownerReferences !== undefined);
  expect(byName(made.filter(({ kind }) => kind === "Service"))).toEqual(byName(recorded));
});

const image = "vllm-runtime:1.4.2";
const frontend: ComponentSpec = { componentType: "frontend", extraPodSpec: { mainContainer: { image } } };
const wide: ComponentSpec = {
  componentType: "worker",
  replicas: 2,
  multinode: { nodeCount: 3 },
  resources: { limits: { gpu: "8" } },
  extraPodSpec: {
    mainContainer: {
      image,
      args: ["python3 -m dynamo.vllm --tensor-parallel-size 8 --pipeline-parallel-size 3"],
    },
  },
};
const narrow: ComponentSpec = { ...wide, multinode: undefined };

const graphOf = (services: Record<string, ComponentSpec>, annotations = {}): GraphResource => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  metadata: { name: "demo", namespace: "graphs", uid: "1", generation: 1, annotations },
  spec: { backendFramework: "vllm", services },
});
const demo = graphOf({ Frontend: frontend, Worker: wide });
const onGrove = { release: "1.4", orchestrator: "grove" } as const;
const onSets = { release: "1.4", orchestrator: "leaderworkerset" } as const;
const hash = /demo-worker-[0-9a-f]{8}/;
const nameOf = ({ metadata }: V1Pod) =>
  (metadata?.name ?? metadata?.generateName ?? "").replace(hash, "demo-worker-<hash>");
const argsOf = (pod?: V1Pod) => pod?.spec?.containers[0]?.args?.join(" ").replace(hash, "demo-worker-<hash>");

describe("the pods of a graph", () => {
  test("are all Grove's, where it is there", () => {
    const pods = orchestratedPods(demo, onGrove);
    expect(pods.map(({ spec }) => spec?.hostname)).toEqual([
      "demo-0-frontend-0",
      ...[0, 1].flatMap((replica) =>
        ["ldr-0", "wkr-0", "wkr-1"].map((place) => `demo-0-worker-${replica}-worker-${place}`),
      ),
    ]);
    expect(pods.filter(({ metadata }) => isFollower(metadata?.labels))).toHaveLength(4);
    expect(render(demo, onGrove).filter(({ kind }) => kind === "Deployment")).toEqual([]);
  });

  test("are LeaderWorkerSet's where they are of several nodes", () => {
    const pods = orchestratedPods(demo, onSets);
    expect(pods.map(nameOf)).toEqual(
      [0, 1].flatMap((replica) => ["", "-1", "-2"].map((place) => `demo-worker-<hash>-${replica}-0${place}`)),
    );
    expect(pods.filter(({ metadata }) => isFollower(metadata?.labels))).toHaveLength(4);
    const [deployment, ...others] = render(demo, onSets).filter(({ kind }) => kind === "Deployment");
    expect([deployment?.metadata?.name, others]).toEqual(["demo-frontend", []]);
  });

  test("are as before where the graph does without Grove", () => {
    const without = graphOf({ Frontend: frontend, Worker: narrow }, { "nvidia.com/enable-grove": "false" });
    expect(orchestratedPods(without, onGrove)).toEqual([]);
    expect(render(without, onGrove)).toEqual(render(without, { release: "1.4" }));
  });

  test("are none without an orchestrator", () => {
    expect([whyRefused(demo, "grove"), whyRefused(demo, "leaderworkerset")]).toEqual([undefined, undefined]);
    expect(whyRefused(demo)).toMatch(/no multinode orchestrator available$/);
    expect(
      whyRefused(
        { ...demo, metadata: { ...demo.metadata, annotations: { "nvidia.com/enable-grove": "false" } } },
        "grove",
      ),
    ).toBeDefined();
  });
});

test("each pod asks for a node's GPUs; a follower has no probe and starts by its rank", () => {
  for (const options of [onGrove, onSets]) {
    const [leader, follower] = orchestratedPods(demo, options).slice(-3);
    for (const pod of [leader, follower])
      expect(pod?.spec?.containers[0]?.resources?.limits).toEqual({ "nvidia.com/gpu": "8" });
    expect(leader?.spec?.containers[0]).toHaveProperty("readinessProbe");
    for (const kind of ["livenessProbe", "readinessProbe", "startupProbe"])
      expect(follower?.spec?.containers[0]).not.toHaveProperty(kind);
    expect(argsOf(leader)).toMatch(/--nnodes 3 .*--node-rank 0 /);
    expect(argsOf(follower)).toMatch(
      options === onGrove
        ? /--node-rank \$\(\(GROVE_PCLQ_POD_INDEX \+ 1\)\) --headless/
        : /--node-rank \$\(LWS_WORKER_INDEX\) --headless/,
    );
  }
});

test("the operator's line and the graph's annotation say how vLLM spans nodes", () => {
  const argsBy = (of: GraphResource, options: object) =>
    argsOf(orchestratedPods(of, { ...onSets, ...options })[0]);
  expect(argsBy(demo, { release: "0.8", line: "0.8" })).toMatch(/^ray start --head/);
  expect(argsBy(demo, { line: "1.5" })).toContain("--distributed-executor-backend mp");
  const ray = graphOf({ Worker: wide }, { "nvidia.com/vllm-distributed-executor-backend": "ray" });
  expect(argsBy(ray, { line: "1.5" })).toMatch(/^ray start --head/);
});

test("a set's pods find their leader, which the component's Service leads to alone", () => {
  const [, second] = orchestratedPods(demo, onSets);
  const env = second?.spec?.containers[0]?.env?.slice(0, 3);
  expect(JSON.stringify(env).replaceAll(new RegExp(hash, "g"), "demo-worker-<hash>")).toBe(
    JSON.stringify([
      { name: "LWS_LEADER_ADDRESS", value: "demo-worker-<hash>-0-0.demo-worker-<hash>-0.graphs" },
      { name: "LWS_GROUP_SIZE", value: "3" },
      { name: "LWS_WORKER_INDEX", value: "1" },
    ]),
  );
  const services = render(demo, onSets).filter(({ kind }) => kind === "Service") as V1Service[];
  expect(services.map(({ spec }) => spec?.selector?.role)).toEqual([undefined, "leader"]);
});

test("the operator rolls workers itself where each is on one node and Grove is not there", () => {
  const single = graphOf({ Worker: narrow });
  expect([isRolledByOperator(single, undefined), isRolledByOperator(single, "leaderworkerset")]).toEqual([
    true,
    true,
  ]);
  expect([isRolledByOperator(single, "grove"), isRolledByOperator(demo, "leaderworkerset")]).toEqual([
    false,
    false,
  ]);
});

describe("the status", () => {
  const statusOf = (options: typeof onGrove | typeof onSets, ready: (index: number) => boolean) => {
    const wanted = orchestratedPods(demo, options);
    const pods = wanted.map((pod, index) => (ready(index) ? running(pod) : pod));
    return observe(
      graphOf({ Worker: wide }),
      [],
      "1.4",
      countedComponents(graphOf({ Worker: wide }), pods, wanted, options),
    );
  };

  test("counts replicas all of whose pods are Ready", () => {
    const found = statusOf(onGrove, (index) => index < 6);
    expect(found.message).toBe("Resources not ready: demo: Worker: desired=2, available=1");
    expect(found.services?.Worker).toMatchObject({ replicas: 2, availableReplicas: 1, scheduledReplicas: 1 });
    expect(found.services?.Worker).not.toHaveProperty("readyReplicas");
  });

  test("of sets has what is ready", () => {
    const found = statusOf(onSets, (index) => index < 5);
    expect(found.message).toMatch(
      /^Resources not ready: demo-worker-[0-9a-f]{8}: Component deployment not ready - Available condition not true$/,
    );
    expect(found.services?.Worker).toMatchObject({
      componentKind: "LeaderWorkerSet",
      replicas: 2,
      readyReplicas: 1,
    });
    expect(found.services?.Worker).not.toHaveProperty("availableReplicas");
    expect(statusOf(onSets, () => true).state).toBe("successful");
  });
});

describe("a step", () => {
  const named = (pods: readonly V1Pod[]) => pods.map(({ spec }) => spec?.hostname?.replace(hash, "<set>"));
  const changed = graphOf({ Worker: { ...wide, envs: [{ name: "A", value: "1" }] } });
  const before = graphOf({ Worker: wide });

  test.each([onGrove, onSets])("makes what is missing and takes what is too much (%j)", (options) => {
    const all = orchestratedPods(before, options);
    expect(nextSteps([], all)).toEqual({ remove: [], create: all });
    expect(nextSteps(all.map(running), all.slice(0, 3))).toMatchObject({ create: [] });
    expect(named(nextSteps(all.map(running), all.slice(0, 3)).remove)).toEqual(named(all.slice(3)));
    const failed = { ...running(all[0] as V1Pod), status: { phase: "Failed" } };
    expect(nextSteps([failed, ...all.slice(1).map(running)], all).remove).toEqual([failed]);
  });

  test.each([onGrove, onSets])("replaces one replica after the other (%j)", (options) => {
    const old = orchestratedPods(before, options).map(running);
    const fresh = orchestratedPods(changed, options);
    const first = nextSteps(old, fresh);
    expect([named(first.remove), first.create]).toEqual([named(old.slice(0, 3)), []]);
    // The next goes when the first is there again, and Ready.
    const between = nextSteps([...old.slice(3), ...fresh.slice(0, 3)], fresh);
    expect(between).toEqual({ remove: [], create: [] });
    const second = nextSteps([...old.slice(3), ...fresh.slice(0, 3).map(running)], fresh);
    expect(named(second.remove)).toEqual(named(old.slice(3)));
  });

  test("replaces at once what is not Ready, and waits for the place of what goes", () => {
    const [one, ...others] = orchestratedPods(before, onSets);
    const old = [one as V1Pod, ...others.map(running)];
    const fresh = orchestratedPods(changed, onSets);
    expect(named(nextSteps(old, fresh).remove)).toEqual(named(old.slice(0, 3)));
    const going = old
      .slice(0, 3)
      .map((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: new Date() } }));
    expect(nextSteps([...going, ...old.slice(3)], fresh)).toEqual({ remove: [], create: [] });
  });

  test("leaves pods alone when replicas change", () => {
    for (const options of [onGrove, onSets]) {
      const found = orchestratedPods(before, options).map(running);
      const more = orchestratedPods(graphOf({ Worker: { ...wide, replicas: 3 } }), options);
      expect(nextSteps(found, more)).toEqual({ remove: [], create: more.slice(6) });
    }
  });
});
