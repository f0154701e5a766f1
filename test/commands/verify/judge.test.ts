import { type Listings, nextListings } from "../../../commands/verify/checks/propagation";
import type { DeclaredGraph } from "../../../commands/verify/declared";
import type { Evidence } from "../../../commands/verify/evidence";
import { judge } from "../../../commands/verify/judge";
import { Unread } from "../../../commands/verify/reading";
import { releases } from "../../../config/runtime/releases";
import { stackConfig } from "../../../config/schema";
import { summariseServices } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";
import {
  ago,
  type Changes,
  deployment,
  etcdStatus,
  evidence,
  graphPod,
  type Mode,
  model,
  natsStatus,
  now,
  pod,
  podMonitor,
  prometheus,
  slice,
  stackOf,
} from "./evidence";

const look = (found: Evidence, listings: Listings = nextListings(undefined, found)) => judge(found, listings);

/** The finding of one check. */
function finding(check: string, mode: Mode, changes: Changes = {}, listings?: Listings) {
  const found = look(evidence(mode, changes), listings).find((each) => each.check === check);
  if (!found) throw new Error(`no check ${check}`);
  return found;
}

const forbidden = new Unread('prometheuses is forbidden: User "ci" cannot list', true);

describe.each<Mode>(["kubernetes", "nats-etcd"])("a stack that is well in mode %s", (mode) => {
  test("passes all that can be known", () => {
    const states = look(evidence(mode)).map(({ check, state }) => `${check}: ${state}`);
    expect(states).toEqual([
      ...(mode === "nats-etcd" ? ["NATS: passed", "etcd: passed"] : []),
      "graph Ready: passed",
      "discovery mode: passed",
      "workers registered: passed",
      "model listed: passed",
      "propagation: skipped",
      "no other graphs: passed",
      "GPU budget: passed",
      "PodMonitors: passed",
    ]);
  });

  test("has a remedy for all that fails, and nothing fails by a lack of rights", () => {
    const cluster = {
      pods: [],
      deployments: [],
      endpointSlices: forbidden,
      prometheuses: forbidden,
      members: { nats: forbidden, etcd: forbidden },
    };
    const found = look(evidence(mode, { cluster }));
    expect(found.filter(({ state, remedy }) => state === "failed" && !remedy)).toEqual([]);
    const states = new Map(found.map(({ check, state }) => [check, state]));
    expect(states.get("PodMonitors")).toBe("skipped");
    if (mode === "nats-etcd")
      expect([states.get("NATS"), states.get("etcd")]).toEqual(["skipped", "skipped"]);
    else expect(states.get("workers registered")).toBe("skipped");
  });
});

describe("graph Ready", () => {
  const check = (changes: Changes) => finding("graph Ready", "kubernetes", changes);

  test("names what waits, in the scheduler's words", () => {
    const unscheduled = graphPod("worker-b", "worker", "small", { ready: false });
    const waiting = {
      ...unscheduled,
      spec: { containers: [] },
      status: {
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            message: "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
          },
        ],
      },
    };
    const pods = [
      graphPod("frontend-a", "frontend", "small"),
      graphPod("worker-a", "worker", "small"),
      waiting,
    ];
    expect(check({ cluster: { pods } })).toMatchObject({
      state: "failed",
      mayPass: true,
      found:
        "VllmWorker has 1 of 2 pods Ready; pod worker-b: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
      remedy: expect.stringContaining("kubectl --namespace dynamo describe pods"),
    });
  });

  test.each([
    [
      "a status that is not of this generation",
      { status: { observedGeneration: 1, conditions: [{ type: "Ready", status: "True" }] } },
      "its status is of generation 1, and the graph is at 2",
    ],
    ["no status", { status: {} }, "the operator has not reported its status yet"],
    [
      "a condition that is not True",
      { status: { conditions: [{ type: "Ready", status: "False", message: "Resources not ready: a; b" }] } },
      "the graph is not Ready (Resources not ready: a; and 1 other)",
    ],
  ])("%s fails", (_, change, found) => {
    const deployments = [deployment("small", "kubernetes", change)];
    expect(check({ cluster: { deployments } })).toMatchObject({ state: "failed", found });
  });

  test("operators before 1.0 tell no generation", () => {
    const status = { conditions: [{ type: "Ready", status: "True" }] };
    expect(check({ cluster: { deployments: [deployment("small", "kubernetes", { status })] } }).state).toBe(
      "passed",
    );
  });

  test("a graph that is gone is told, and is not waited for", () => {
    expect(check({ cluster: { deployments: [] } })).toEqual({
      check: "graph Ready",
      subject: "small",
      state: "failed",
      found: "there is no DynamoGraphDeployment dynamo/small of this stack",
      remedy: "someone has deleted it: run `pulumi up --stack dev`",
    });
  });

  test("fewer pods than at full scale are well where a scaler may make fewer", () => {
    const pods = [graphPod("frontend-a", "frontend", "small"), graphPod("worker-a", "worker", "small")];
    const [graph] = stackOf("kubernetes").graphs;
    if (!graph) throw new Error("no graph");
    const services = graph.services.map((service) => ({ ...service, min: 1 }));
    expect(check({ cluster: { pods }, stack: { graphs: [{ ...graph, services }] } }).state).toBe("passed");
  });
});

describe("workers registered", () => {
  test.each([
    [
      ["worker-b"],
      "0 of 2 workers by DynamoWorkerMetadata and EndpointSlices; pod worker-a: not Ready in an EndpointSlice; pod worker-b: no DynamoWorkerMetadata",
    ],
    [
      ["worker-a", "worker-b"],
      "1 of 2 workers by DynamoWorkerMetadata and EndpointSlices; pod worker-b: no DynamoWorkerMetadata",
    ],
  ])("in kubernetes mode a worker needs both objects: with %j Ready", (ready, found) => {
    const workers = ["worker-a", "worker-b"].map((name) => graphPod(name, "worker", "small"));
    const changes = {
      cluster: {
        workerMetadata: [{ metadata: { name: "worker-a" } }],
        endpointSlices: [slice(...workers.filter(({ metadata }) => ready.includes(String(metadata?.name))))],
      },
    };
    expect(finding("workers registered", "kubernetes", changes)).toMatchObject({ state: "failed", found });
  });

  test.each([
    ["too few", ["a1"], "1 of 2 workers"],
    ["too many, while a lease runs out", ["a1", "b2", "c3"], "3 of 2 workers"],
  ])("in etcd %s are told", (_, ids, found) => {
    const { etcd } = evidence("nats-etcd");
    if (!etcd || etcd instanceof Unread) throw new Error("no etcd");
    const keys = ids.map((id) => `v1/instances/dynamo-small-etcd-2d1c531c/backend/generate/${id}`);
    // Of another graph, and of the same worker.
    const others = [
      "v1/instances/dynamo-small-2-etcd/backend/generate/d4",
      `${keys[0]?.replace("generate", "clear_kv_blocks")}`,
    ];
    expect(
      finding("workers registered", "nats-etcd", { etcd: { ...etcd, keys: [...keys, ...others] } }),
    ).toMatchObject({
      state: "failed",
      mayPass: true,
      found: expect.stringContaining(found),
    });
  });

  test("someone else's etcd can't be read from here", () => {
    const stack = { servers: [{ server: "etcd" as const, address: "https://etcd.example:2379" }] };
    const changes = { stack, etcd: undefined };
    expect(finding("workers registered", "nats-etcd", changes).state).toBe("skipped");
    expect(finding("etcd", "nats-etcd", changes)).toMatchObject({
      state: "skipped",
      found: expect.stringContaining("https://etcd.example:2379 is someone else's"),
    });
  });
});

describe("discovery mode", () => {
  const small = (env: Record<string, string>) =>
    ["frontend-a", "worker-a", "worker-b"].map((name, i) =>
      graphPod(name, i === 0 ? "frontend" : "worker", "small", { env }),
    );

  test("an annotation of the other mode fails", () => {
    const deployments = [deployment("small", "etcd")];
    expect(finding("discovery mode", "kubernetes", { cluster: { deployments } })).toMatchObject({
      state: "failed",
      found: "annotation nvidia.com/dynamo-discovery-backend is etcd, and mode kubernetes takes kubernetes",
    });
  });

  test("an adopted graph may have none, and is judged by its pods", () => {
    const bare = deployment("small", "kubernetes");
    const deployments = [{ ...bare, metadata: { ...(bare.metadata as object), annotations: {} } }];
    const of = (adopted: boolean, pods = small({})) =>
      finding("discovery mode", "kubernetes", {
        stack: stackOf("kubernetes", undefined, adopted),
        cluster: { deployments, pods },
      });
    expect(of(true)).toMatchObject({ state: "passed" });
    expect(of(false)).toMatchObject({ state: "failed", found: expect.stringContaining("is missing") });
    expect(of(true, small({ DYN_DISCOVERY_BACKEND: "etcd" }))).not.toMatchObject({ state: "passed" });
  });

  test("pods of the other mode fail: the operator takes no notice", () => {
    const pods = small({ DYN_DISCOVERY_BACKEND: "" });
    expect(finding("discovery mode", "kubernetes", { cluster: { pods } })).toMatchObject({
      state: "failed",
      found: "pod frontend-a and 2 others without DYN_DISCOVERY_BACKEND=kubernetes",
    });
  });

  test.each([
    ["1.6.1", { NATS_SERVER: "nats://nats:4222" }, "failed", "pod frontend-a and 2 others with NATS_SERVER"],
    ["1.6.1", { ETCD_ENDPOINTS: "http://etcd:2379" }, "failed", "with ETCD_ENDPOINTS"],
    ["0.8.1", { ETCD_ENDPOINTS: "http://etcd:2379" }, "passed", "which runtime 0.8 leaves alone"],
    ["1.0.2", { NATS_SERVER: "nats://nats:4222" }, "passed", "which runtime 1.0 leaves alone"],
  ])("with runtime %s the operator's %o: %s", (runtime, env, state, found) => {
    const stack = stackOf("kubernetes", runtime);
    expect(finding("discovery mode", "kubernetes", { stack, cluster: { pods: small(env) } })).toMatchObject({
      state,
      found: expect.stringContaining(found),
    });
  });

  test("an address that the graph itself gives fails with every runtime", () => {
    const deployments = [deployment("small", "kubernetes", { spec: { envs: [{ name: "ETCD_ENDPOINTS" }] } })];
    const cluster = { deployments, pods: small({ ETCD_ENDPOINTS: "http://etcd:2379" }) };
    expect(
      finding("discovery mode", "kubernetes", { stack: stackOf("kubernetes", "0.8.1"), cluster }),
    ).toMatchObject({
      state: "failed",
      remedy: expect.stringContaining("the graph sets it"),
    });
  });

  describe("without a connection to NATS", () => {
    const nats = [0, 1, 2].map((i) => ({ pod: `nats-${i}`, status: { ...natsStatus, users: ["someone"] } }));
    const [first] = stackOf("nats-etcd").graphs;
    const verdict = (services: DeclaredGraph["services"]) => {
      const stack = stackOf("nats-etcd", "0.8.1");
      return finding("discovery mode", "nats-etcd", {
        stack: { ...stack, graphs: first ? [{ ...first, services }] : [] },
        nats,
      });
    };

    test("workers that connect need one", () => {
      expect(verdict(first?.services ?? [])).toMatchObject({
        state: "failed",
        found: "etcd: keys of 2 workers; NATS has no connection of dynamo-1",
      });
    });

    test("it says what the alert on NATS without clients says, whatever the runtime, the engine and the router", () => {
      const planes = [undefined, "tcp", "nats"] as const;
      for (const { newest: version } of releases.values())
        for (const backend of ["vllm", "sglang", "trtllm"])
          for (const requestPlane of planes)
            for (const router of [{}, { mode: "kv" }]) {
              const plan = planStack(
                stackConfig.parse({
                  discovery: { mode: "nats-etcd", requestPlane },
                  runtime: { version },
                  graphs: [{ name: "small", model, backend, router }],
                }),
              );
              const alerts = plan.alerts.flatMap((group) => group.alerts.map(({ name }) => name));
              const { state } = verdict(summariseServices(plan.graphs));
              expect([version, backend, requestPlane, router, state]).toEqual([
                ...[version, backend, requestPlane, router],
                alerts.includes("NatsNoConnections") ? "failed" : "skipped",
              ]);
            }
    });
  });
});

describe("model listed", () => {
  const lists = (...models: string[]) => new Map([["small-frontend-np", [{ pod: "frontend-a", models }]]]);
  const check = (changes: Changes, mode: Mode = "kubernetes") => finding("model listed", mode, changes);
  const frontend = graphPod("frontend-a", "frontend", "small");

  test("a model that loads is told apart from discovery", () => {
    const workers = ["worker-a", "worker-b"].map((name) =>
      graphPod(name, "worker", "small", { ready: false, since: ago(95) }),
    );
    expect(check({ frontends: lists(), cluster: { pods: [frontend, ...workers] } })).toMatchObject({
      mayPass: true,
      found: `the model is loading (pod worker-a not Ready yet since 95 s): frontend frontend-a lists no ${model}`,
      remedy: expect.stringContaining("logs worker-a"),
    });
  });

  test("workers that do not run are named with what they wait for", () => {
    const waiting = { reason: "ImagePullBackOff", message: "no such tag" };
    const workers = [graphPod("worker-a", "worker", "small", { ready: false, waiting })];
    expect(check({ frontends: lists(), cluster: { pods: [frontend, ...workers] } }).found).toMatch(
      /^no worker runs \(pod worker-a: ImagePullBackOff: no such tag\)/,
    );
  });

  test.each<Mode>(["kubernetes", "nats-etcd"])(
    "in mode %s, workers that are registered: discovery",
    (mode) => {
      expect(check({ frontends: lists() }, mode)).toMatchObject({
        found: expect.stringMatching(
          /^discovery: 2 workers Ready and registered, and the frontend does not see them/,
        ),
        remedy: expect.stringContaining(
          mode === "kubernetes" ? "may not read EndpointSlices" : "has lost etcd",
        ),
      });
    },
  );

  test("workers that are Ready and not registered", () => {
    expect(check({ frontends: lists(), cluster: { workerMetadata: [] } }).found).toMatch(
      /^discovery: 2 workers Ready, none registered/,
    );
  });

  test("one frontend of several that lags behind", () => {
    const frontends = new Map([
      [
        "small-frontend-np",
        [
          { pod: "frontend-a", models: [model] },
          { pod: "frontend-b", models: [] },
        ],
      ],
    ]);
    expect(check({ frontends })).toMatchObject({
      found: expect.stringContaining("one frontend lags behind the others: frontend frontend-b lists no"),
      remedy: expect.stringContaining("delete pod frontend-b"),
    });
  });

  test("prefill workers alone serve nothing: decode loads", () => {
    const worker = (name: string, component: string, options = {}) => {
      const made = graphPod(name, "worker", "small", options);
      const labels = { ...made.metadata?.labels, "nvidia.com/dynamo-component": component };
      return { ...made, metadata: { ...made.metadata, labels } };
    };
    const pods = [
      frontend,
      worker("prefill-a", "Prefill"),
      worker("decode-a", "Decode", { ready: false, since: ago(30) }),
    ];
    expect(check({ frontends: lists(), cluster: { pods } }).found).toMatch(
      /^the model is loading \(pod decode-a not Ready yet since 30 s\)/,
    );
  });

  test("a frontend that serves several graphs lists their models too", () => {
    const [graph] = stackOf("kubernetes").graphs;
    if (!graph) throw new Error("no graph");
    const stack = { graphs: [graph, { ...graph, name: "large", deployment: "large", model: "large" }] };
    expect(check({ stack, frontends: lists("large") }).found).toMatch(
      /^discovery: 2 workers Ready and registered/,
    );
  });

  test("another model, an adapter that lacks, no frontend, one that is silent", () => {
    expect(check({ frontends: lists("other") }).found).toMatch(
      /^the workers serve another model: .*, but other$/,
    );
    const adapter = { metadata: { name: "small-sql" }, spec: { modelName: "sql", baseModelName: model } };
    const cluster = { models: [adapter] };
    expect(check({ frontends: lists(model), cluster }).found).toMatch(
      /^a LoRA adapter is not loaded: .* lists no sql/,
    );
    expect(check({ frontends: lists(model, "sql"), cluster }).found).toBe(`${model}, sql by 1 frontend`);
    expect(check({ frontends: new Map() }).found).toBe(
      "no frontend answers behind Service dynamo/small-frontend-np",
    );
    const silent = new Unread("frontend frontend-a: no answer within 8 s", false);
    const frontends = new Map([["small-frontend-np", [{ pod: "frontend-a", models: silent }]]]);
    expect(check({ frontends })).toMatchObject({
      state: "failed",
      found: silent.reason,
      remedy: "look at the frontend's log: kubectl --namespace dynamo logs frontend-a",
    });
  });
});

describe("propagation", () => {
  const started = (seconds: number): Changes => ({
    cluster: {
      pods: [
        graphPod("frontend-a", "frontend", "small"),
        graphPod("worker-a", "worker", "small", { since: ago(seconds) }),
      ],
    },
  });
  const unlisted: Changes = { frontends: new Map() };
  const seen = (changes: Changes) => {
    const before = nextListings(undefined, evidence("kubernetes", unlisted));
    return finding(
      "propagation",
      "kubernetes",
      changes,
      nextListings(before, evidence("kubernetes", changes)),
    );
  };

  test.each([
    [7, "passed", "7 s from Ready to listed"],
    [40, "failed", "40 s from Ready to listed: 5 to 15 s are normal"],
  ])("%i s after the first worker was Ready: %s", (seconds, state, found) => {
    expect(seen(started(seconds))).toMatchObject({ state, found });
  });

  test("what was listed before, or is not yet, is not measured", () => {
    expect(finding("propagation", "kubernetes").found).toBe(
      "was listed before verify began; its first worker became Ready 10 min ago",
    );
    expect(finding("propagation", "kubernetes", unlisted).found).toBe("not yet: see model listed");
  });

  test("a frontend that was started after its first worker was Ready hears of no new one", () => {
    const pods = [
      graphPod("frontend-a", "frontend", "small", { since: ago(20) }),
      graphPod("worker-a", "worker", "small", { since: ago(40) }),
    ];
    expect(seen({ cluster: { pods } })).toMatchObject({
      state: "skipped",
      found: "its frontends are younger than its workers, which were not new to them",
    });
  });

  test("keeps the first time, and forgets a model that goes", () => {
    const first = nextListings(new Map(), evidence("kubernetes"));
    expect(nextListings(first, evidence("kubernetes", { at: ago(-60) })).get("small")?.since).toEqual(now);
    expect(nextListings(first, evidence("kubernetes", unlisted)).size).toBe(0);
  });
});

describe("etcd", () => {
  const statuses = (...changes: Partial<typeof etcdStatus>[]): Changes => ({
    etcd: {
      members: changes.map((change, i) => ({ pod: `etcd-${i}`, status: { ...etcdStatus, ...change } })),
      keys: [],
    },
  });
  const check = (changes: Changes) => finding("etcd", "nats-etcd", changes);

  test("the loss of two members of three", () => {
    const late = new Unread("etcd-0: no answer within 8 s", false);
    const etcd = { members: [{ pod: "etcd-0", status: late }], keys: late };
    const members = {
      nats: [],
      etcd: [pod("etcd-0"), pod("etcd-1", { ready: false, waiting: { reason: "CrashLoopBackOff" } })],
    };
    expect(check({ etcd, cluster: { members } })).toMatchObject({
      state: "failed",
      found:
        "1 of 3 members Ready; no quorum, which takes 2: nothing can register; can't ask etcd-0: no answer within 8 s; pod etcd-1: CrashLoopBackOff",
    });
  });

  test("members that are Ready still, and give no token: the quorum is lost", () => {
    const late = new Unread("etcd-0: no answer in time", false);
    const etcd = { members: [{ pod: "etcd-0", status: late }], keys: late };
    expect(check({ etcd }).found).toMatch(/^no quorum, which takes 2/);
  });

  test("a password that is refused is no lack of quorum", () => {
    const refused = new Unread(
      "etcd-0: etcdserver: authentication failed, invalid user ID or password",
      false,
    );
    const etcd = { members: [{ pod: "etcd-0", status: refused }], keys: refused };
    expect(check({ etcd }).found).toBe(`can't ask ${refused.reason}`);
  });

  test.each([
    ["no leader", statuses({ leader: "0" }, {}, {}), "it has no leader"],
    ["two leaders", statuses({ leader: "9" }, {}, {}), "its members know different leaders"],
    [
      "two clusters",
      statuses({ header: { cluster_id: "9", member_id: "1" } }, {}, {}),
      "of different clusters",
    ],
    [
      "an alarm",
      statuses({ errors: ["memberID:1 alarm:NOSPACE "] }, {}, {}),
      "etcd-0: memberID:1 alarm:NOSPACE",
    ],
    [
      "a full database",
      statuses({ dbSize: 268_435_456 }, {}, {}),
      "etcd-0: its database has reached the quota",
    ],
  ])("%s", (_, changes, found) => {
    expect(check(changes)).toMatchObject({ state: "failed", found: expect.stringContaining(found) });
  });
});

test("a member that is being deleted does not count, though it is Ready", () => {
  const leaving = pod("nats-2");
  const nats = [
    pod("nats-0"),
    pod("nats-1"),
    { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: now } },
  ];
  expect(finding("NATS", "nats-etcd", { cluster: { members: { nats, etcd: [] } } }).found).toBe(
    "2 of 3 members Ready; pod nats-2: being deleted",
  );
});

describe("NATS", () => {
  const check = (changes: Changes) => finding("NATS", "nats-etcd", changes);
  const statuses = (...changes: Partial<typeof natsStatus>[]): Changes => ({
    nats: changes.map((change, i) => ({ pod: `nats-${i}`, status: { ...natsStatus, ...change } })),
  });

  test.each<[string, Changes, string]>([
    [
      "is gone",
      { nats: [], cluster: { members: { nats: [], etcd: [] } } },
      "0 of 3 members Ready; no quorum, which takes 2: JetStream does not write",
    ],
    [
      "is not healthy",
      statuses({ health: "no contact with a meta leader" }, {}, {}),
      "nats-0: no contact with a meta leader",
    ],
    [
      "has another size",
      statuses({ cluster: { leader: "nats-1", size: 2 } }, {}, {}),
      "nats-0 knows a cluster of 2",
    ],
    [
      "has no leader",
      statuses(...Array(3).fill({ cluster: { leader: "", size: 3 } })),
      "JetStream has no leader",
    ],
  ])("%s", (_, changes, found) => {
    expect(check(changes)).toMatchObject({
      state: "failed",
      mayPass: true,
      found: expect.stringContaining(found),
    });
  });
});

describe("PodMonitors", () => {
  const check = (cluster: Changes["cluster"]) => finding("PodMonitors", "kubernetes", { cluster });

  test.each([
    [
      "another label",
      { podMonitorSelector: { matchLabels: { release: "other" } }, podMonitorNamespaceSelector: {} },
      "failed",
    ],
    ["no selector", { podMonitorNamespaceSelector: {} }, "failed"],
    ["every label", { podMonitorSelector: {}, podMonitorNamespaceSelector: {} }, "passed"],
    ["no namespaces but its own", { podMonitorSelector: {} }, "failed"],
    [
      "namespaces by label",
      { podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { team: "inference" } } },
      "passed",
    ],
    [
      "other namespaces",
      { podMonitorSelector: {}, podMonitorNamespaceSelector: { matchLabels: { team: "web" } } },
      "failed",
    ],
  ])("a Prometheus with %s", (_, spec, state) => {
    expect(check({ prometheuses: [prometheus(spec)] }).state).toBe(state);
  });

  test("names the label and what to set", () => {
    const prometheuses = [
      prometheus({
        podMonitorSelector: { matchLabels: { release: "prom" } },
        podMonitorNamespaceSelector: {},
      }),
    ];
    expect(check({ prometheuses, podMonitors: [podMonitor("dynamo-worker")] })).toMatchObject({
      found: expect.stringContaining(
        'no Prometheus selects dynamo/dynamo-worker (label release: kube-prometheus-stack; monitoring/main selects {"matchLabels":{"release":"prom"}}',
      ),
      remedy: expect.stringContaining("set dynamo:monitoring.release"),
    });
  });

  test("no operator, no Prometheus, none of one's own", () => {
    expect(check({ prometheuses: new Unread("404", false, true) }).state).toBe("skipped");
    expect(check({ prometheuses: [] }).state).toBe("failed");
    expect(check({ podMonitors: [] }).state).toBe("skipped");
  });
});

describe("GPU budget", () => {
  const check = (changes: Changes) => finding("GPU budget", "kubernetes", changes);
  const quotas = (limit: string) => [
    { metadata: { name: "dynamo-gpu-budget" }, spec: { hard: { "requests.nvidia.com/gpu": limit } } },
  ];

  test("counts everyone's pods in the namespace, but for those that have ended", () => {
    const ended = { ...pod("job", { gpus: 8 }), status: { phase: "Succeeded" } };
    const pods = [pod("notebook", { gpus: 5 }), ended];
    expect(check({ cluster: { pods } })).toMatchObject({
      state: "failed",
      found: "5 of 4 GPUs are asked for in dynamo",
    });
  });

  test.each([
    ["no quota", { cluster: { quotas: [] } }, "failed", "there is no ResourceQuota dynamo-gpu-budget"],
    [
      "another number",
      { cluster: { quotas: quotas("8") } },
      "failed",
      "ResourceQuota dynamo-gpu-budget allows 8",
    ],
    ["no budget", { stack: { budget: undefined } }, "skipped", "the stack has none"],
  ])("%s", (_, changes, state, found) => {
    expect(check(changes)).toMatchObject({ state, found: expect.stringContaining(found) });
  });
});

test("a graph that a switch has left is named with what ends it", () => {
  const deployments = [deployment("small-etcd", "etcd"), deployment("small", "kubernetes")];
  expect(finding("no other graphs", "nats-etcd", { cluster: { deployments } })).toMatchObject({
    state: "failed",
    found: "small (0 pods) beside small-etcd: an interrupted switch",
    remedy: expect.stringContaining("run `pulumi up --stack dev`"),
  });
});
