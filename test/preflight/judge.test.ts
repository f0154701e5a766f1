/** Each check, both ways: a cluster that is ready, and one where its part is wrong or can't be read. */
import { readStack } from "../../config/project";
import { answersRequirements, judge } from "../../preflight/judge";
import type { Needs } from "../../preflight/needs";
import { isUnread } from "../../preflight/snapshot";
import { devStack } from "../devStack";
import { bareCluster, clusterFor, needsOf, node, operator, troublesOf } from "./clusters";

type Parts = Readonly<Record<string, unknown>>;

let dev: Needs;
let prod: Needs;
beforeAll(async () => {
  dev = await needsOf(devStack({ runtime: { version: "0.8.1" } }));
  prod = await needsOf(readStack("prod"));
});

/** What is not passed, as `state check, subject: found`. */
function troubles(needs: Needs, parts: Parts = {}): string[] {
  return troublesOf(needs, parts).map(
    ({ state, check, subject, found }) => `${state} ${check}, ${subject}: ${found}`,
  );
}

/** The one trouble of a cluster. */
function trouble(needs: Needs, parts: Parts): string {
  const [first, ...others] = troubles(needs, parts);
  expect(others).toEqual([]);
  return first ?? "none";
}

test("nothing is wrong with a cluster that is ready", () => {
  expect(troubles(dev)).toEqual([]);
  expect(troubles(prod)).toEqual([]);
});

test("every failure says what to do", () => {
  const failed = judge(prod, clusterFor(prod, bareCluster)).filter(({ state }) => state === "failed");
  expect(failed.length).toBeGreaterThan(8);
  for (const { remedy } of failed) expect(remedy).toMatch(/\w{3}/);
});

test.each([
  ["kubernetes", /Kubernetes, version/],
  ["apis", /API, served kinds/],
  ["operators", /Dynamo operator, release/],
  ["prometheuses", /Prometheus, PodMonitors/],
  ["storageClasses", /volumes/],
  ["nodes", /nodes, room/],
  ["requests", /nodes, room/],
  ["namespaces", /namespace, dynamo/],
  ["quotas", /quota/],
  ["limitRanges", /limits/],
  ["dns", /DNS, port/],
])("%s that can't be read are unknown, and never fine", (part, expected) => {
  const found = troubles(prod, { [part]: { unread: "not allowed: secret" } });
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  for (const line of found) expect(line).toMatch(/^unknown .*not allowed/);
});

test("what is not of Kubernetes' form is unknown too", () => {
  const cluster = clusterFor(dev, { nodes: [{ metadata: 7 }] });
  expect(isUnread(cluster.nodes)).toBe(true);
  expect(troubles(dev, { nodes: "<html>" })[0]).toMatch(/^unknown nodes, room: .* form that is not known/);
});

test("text of the cluster is printed in one line, and not without end", () => {
  const gitVersion = `v1.20.0\u001b[2J\nerror: \u202e${"x".repeat(5_000)}`;
  const [found = ""] = troubles(dev, { kubernetes: { gitVersion } });
  expect(found).not.toMatch(/[\p{C}\p{Zl}]/u);
  expect(found.length).toBeLessThan(1_100);
});

describe("Kubernetes", () => {
  test.each([
    ["v1.24.0", "none"],
    ["v1.31.4-eks-2d5f260", "none"],
    ["v1.30.5-gke.1014001", "none"],
    ["v1.23.17", "failed Kubernetes, version: v1.23.17, and the platform of 0.8 runs on 1.24 and newer"],
    ["soon", "unknown Kubernetes, version: soon is no version"],
  ])("%s", (gitVersion, expected) => {
    expect(trouble(dev, { kubernetes: { gitVersion } })).toBe(expected);
  });

  test("newer platforms need a newer one", async () => {
    const needs = await needsOf(devStack({ runtime: { version: "1.4.2" } }));
    const parts = { operators: [operator("1.4.2")], kubernetes: { gitVersion: "v1.29.1" } };
    expect(trouble(needs, parts)).toMatch(/^failed Kubernetes, .* 1\.30 and newer/);
  });
});

describe("the API", () => {
  const without = (kind: string) => {
    const { apis } = clusterFor(dev);
    if (isUnread(apis)) throw new Error();
    return apis.map((api) => ({ ...api, kinds: api.kinds.filter((one) => one.kind !== kind) }));
  };

  test("a kind that is not served", () => {
    expect(trouble(dev, { apis: without("PrometheusRule") })).toBe(
      "failed API, monitoring.coreos.com/v1 PrometheusRule: the cluster has no such kind",
    );
  });

  test("what frontends find workers by, which the operator makes", () => {
    expect(trouble(dev, { apis: without("DynamoWorkerMetadata") })).toContain("DynamoWorkerMetadata");
    expect(troubles(prod, { apis: without("DynamoWorkerMetadata") })).toEqual([]);
  });

  test("the pool that an Endpoint Picker's operator makes", async () => {
    const needs = await needsOf(
      devStack({
        graphs: [{ name: "chat", model: "a/b", endpointPicker: {} }],
        runtime: { version: "1.6.1" },
      }),
    );
    expect(troubles(needs, { apis: [] }).join()).toContain("inference.networking.k8s.io/v1 InferencePool");
    expect(troubles(dev, { apis: [] }).join()).not.toContain("InferencePool");
  });

  test("a version that is not served", async () => {
    const needs = await needsOf(devStack({ runtime: { version: "1.5.1" } }));
    const { apis } = clusterFor(needs);
    if (isUnread(apis)) throw new Error();
    const found = trouble(needs, {
      operators: [operator("1.5.0")],
      apis: apis.filter(({ version }) => version !== "v1beta1"),
    });
    expect(found).toBe(
      "failed API, nvidia.com/v1beta1 DynamoGraphDeployment: it is served as v1alpha1 alone",
    );
  });
});

describe("the operator", () => {
  test.each([
    ["0.8.1", "0.8.0", "none"],
    ["0.8.1", "1.0.2", "none"],
    ["0.8.1", "0.7.1", "is of 0.7, and runtime 0.8.1 in mode kubernetes takes an operator of 0.8, 0.9, 1.0"],
    ["0.8.1", "1.1.0", "is of 1.1, and runtime 0.8.1"],
    ["1.4.2", "1.3.1", "none"],
    ["1.4.2", "1.6.2", "none"],
    ["1.4.2", "1.7.0", "takes an operator of 1.3, 1.4, 1.5, 1.6"],
    ["1.4.2", "1.2.1", "is of 1.2"],
    ["1.4.2", "1.4.0-rc1", "none"],
    ["1.4.2", "latest", "unknown Dynamo operator, release"],
  ])("runtime %s by operator %s", async (version, release, expected) => {
    const needs = await needsOf(devStack({ runtime: { version } }));
    expect(troubles(needs, { operators: [operator(release)] })[0] ?? "none").toContain(expected);
  });

  test("an image by digest is of the release that the chart says", async () => {
    const image = `mirror.example/kubernetes-operator@sha256:${"0".repeat(64)}`;
    expect(troubles(dev, { operators: [{ ...operator(""), image, version: "0.8.1" }] })).toEqual([]);
  });

  test("the chart that installs an old operator", () => {
    const { remedy } =
      judge(dev, clusterFor(dev, { operators: [operator("0.7.1")] })).find(
        ({ state }) => state === "failed",
      ) ?? {};
    expect(remedy).toContain("dynamo-operator.controllerManager.manager.image.tag=0.8.1");
  });

  test("none, one that is not Ready, and one of another namespace", () => {
    expect(trouble(dev, { operators: [] })).toMatch(/^failed .*there is none/);
    expect(troubles(dev, { operators: [{ ...operator("0.8.1"), ready: false }] })[0]).toMatch(/no Ready pod/);
    const elsewhere = { ...operator("0.8.1"), namespaceOnly: "other" };
    expect(trouble(dev, { operators: [elsewhere] })).toMatch(/none makes graphs in namespace dynamo/);
    const own = { ...operator("0.8.1"), namespaceOnly: "dynamo" };
    expect(troubles(dev, { operators: [{ ...operator("0.7.1") }, own] })).toEqual([]);
  });

  test("an address of NATS, which every pod from 1.1 connects to", async () => {
    const settings = { nats: "nats://nats.dynamo-system:4222" };
    const newer = await needsOf(devStack({ runtime: { version: "1.4.2" } }));
    const operators = [{ ...operator("1.4.2"), settings }];
    expect(trouble(newer, { operators })).toMatch(
      /^failed Dynamo operator, discovery: .* the address of NATS/,
    );
    expect(
      troubles(dev, { operators: [{ ...operator("0.8.1"), settings: { ...settings, etcd: "e.n:2379" } }] }),
    ).toEqual([]);
  });

  test("the etcd of operator 0.8, without which no graph goes", () => {
    expect(trouble(dev, { operators: [{ ...operator("0.8.1"), settings: {} }] })).toMatch(
      /^failed .*its etcd/,
    );
    expect(trouble(dev, { operators: [{ ...operator("0.8.1"), etcdMembers: 0 }] })).toMatch(
      /no pod is behind/,
    );
    const etcdMembers = { unread: "it is outside the cluster" };
    expect(trouble(dev, { operators: [{ ...operator("0.8.1"), etcdMembers }] })).toMatch(
      /^unknown .*outside/,
    );
  });

  test("answers for the requirements of the runtime where it could be looked at", () => {
    expect(answersRequirements(judge(dev, clusterFor(dev)))).toBe(true);
    const settings = { unread: "not allowed" };
    for (const operators of [{ unread: "" }, [{ ...operator("0.8.1"), settings }]])
      expect(answersRequirements(judge(dev, clusterFor(dev, { operators })))).toBe(false);
  });
});

describe("workers of several nodes", () => {
  const grove = (tag: string, ready = true) => [
    {
      name: "grove-operator",
      namespace: "grove-system",
      images: [`ghcr.io/ai-dynamo/grove/grove-operator:${tag}`],
      ready,
    },
  ];
  let needs: Needs;
  beforeAll(async () => {
    needs = await needsOf(
      devStack({
        runtime: { version: "1.4.2" },
        platform: { orchestrator: "grove" },
        budget: { gpus: 32 },
        graphs: [
          { name: "wide", model: "m/m", workers: { replicas: 1, nodes: 2, gpus: 8, tensorParallel: 16 } },
        ],
      }),
    );
  });
  const parts = (more: Parts) => ({ operators: [operator("1.4.2")], ...more });

  test.each([
    [grove("v0.1.0-alpha.12-rc1"), "none"],
    [grove("v0.1.0-alpha.13"), "none"],
    [grove("v0.1.0-alpha.8"), "failed orchestrator, grove"],
    [grove("latest"), "unknown orchestrator, grove"],
    [grove("v0.1.0", false), "has no Ready pod"],
    [[], "no Deployment of its controller is found"],
  ])("%j", (controllers, expected) => {
    expect(trouble(needs, parts({ controllers }))).toContain(expected);
  });

  test("Grove that is not there, or turned off in the operator", () => {
    const { apis } = clusterFor(needs);
    if (isUnread(apis)) throw new Error();
    const without = apis.filter(({ group }) => group !== "grove.io");
    expect(trouble(needs, parts({ apis: without }))).toMatch(/the cluster has no PodCliqueSet/);
    const operators = [{ ...operator("1.4.2"), settings: { grove: false } }];
    expect(trouble(needs, { operators, controllers: grove("v0.1.0-alpha.13") })).toMatch(/turned off/);
  });

  test("pods of one replica are on nodes of their own", () => {
    const nodes = [node("only", 16)];
    expect(trouble(needs, parts({ controllers: grove("v0.1.0-alpha.13"), nodes }))).toMatch(
      /1 pod would wait/,
    );
  });
});
