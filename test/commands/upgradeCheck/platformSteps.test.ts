/** The steps of the platform: CRDs, chart, operator, and what makes pods of several nodes. */
import { upgradeSteps } from "../../../commands/upgradeCheck/upgradeSteps";
import { clusterOf, line, of, only } from "./stackOf";

const chat = { name: "chat", model: "m", workers: { replicas: 2, gpus: 4 } };
const platform = (from: string, to: string, more: object = {}) =>
  upgradeSteps(of(from, chat, more), to).steps;

test("CRDs are a chart of their own before 1.0, and then the chart's", () => {
  expect(only(platform("0.8.1", "0.9.1"), "CRDs", "0.9").todo).toEqual([
    expect.stringMatching(/^helm upgrade --install dynamo-crds \S+\/dynamo-crds-0\.9\.1\.tgz /),
  ]);
  expect(only(platform("0.9.1", "1.0.2"), "CRDs", "1.0")).toMatchObject({ verdict: "safe", todo: [] });
});

test("values that change names are lines to write, and the release's command is whole", () => {
  const chart = only(platform("1.1.1", "1.2.1", { platform: { namespace: "ours" } }), "chart", "1.2");
  expect(chart.todo).toEqual([
    "helm get values dynamo-platform --namespace ours --output yaml > platform.yaml",
    "platform.yaml: global.nats.install in the place of nats.enabled",
    "platform.yaml: global.nats.install in the place of dynamo-operator.nats.enabled",
    expect.stringMatching(
      /^helm upgrade dynamo-platform \S+\/dynamo-platform-1\.2\.1\.tgz --namespace ours --values platform\.yaml --set global\.nats\.install=false$/,
    ),
  ]);
});

test("NATS of the platform is left alone where the stack has its own", () =>
  expect(
    only(platform("1.4.2", "1.5.1", { discovery: { mode: "nats-etcd" } }), "chart", "1.5").todo.at(-1),
  ).not.toContain("nats"));

test("a chart that may deploy another operator is told its image, until one does not", () => {
  const chart = only(platform("0.8.1", "0.9.1"), "chart", "0.9");
  expect(chart.todo.at(-1)).toMatch(/--set dynamo-operator\.controllerManager\.manager\.image\.tag=0\.9\.1$/);
  expect(only(platform("0.8.1", "0.9.1"), "operator", "0.9").verdict).toBe("by hand");
  expect(only(platform("0.9.1", "1.0.2"), "chart", "1.0").todo).toContain(
    "platform.yaml: no dynamo-operator.controllerManager.manager.image.tag",
  );
});

test("a Kubernetes that is too old blocks the chart", () => {
  const stack = of("1.2.1", chat);
  const cluster = clusterOf(stack, "1.2.1", { kubernetes: { gitVersion: "v1.29.4" } });
  const chart = only(upgradeSteps(stack, "1.3.1", cluster).steps, "chart", "1.3");
  expect(chart).toMatchObject({
    verdict: "blocked",
    reasons: [expect.stringMatching(/v1\.29\.4.*1\.30 and newer: upgrade Kubernetes/)],
  });
});

test.each([
  ["ghcr.io/ai-dynamo/grove/grove-operator:v0.1.0-alpha.14", "safe"],
  ["ghcr.io/ai-dynamo/grove/grove-operator:v0.1.0-alpha.11", "by hand"],
  [undefined, "by hand"],
])("Grove of %s: %s", (image, verdict) => {
  const stack = of("1.5.1", chat, { platform: { orchestrator: "grove" } });
  const controllers = image
    ? [{ name: "grove-operator", namespace: "grove", images: [image], ready: true }]
    : [];
  const { steps } = upgradeSteps(stack, "1.6.1", clusterOf(stack, "1.5.1", { controllers }));
  expect(only(steps, "Grove", "1.6").verdict).toBe(verdict);
});

test("LeaderWorkerSet is of a step too", () =>
  expect(
    only(
      platform("1.5.1", "1.6.1", { platform: { orchestrator: "leaderworkerset" } }),
      "LeaderWorkerSet",
      "1.6",
    ).changes,
  ).toEqual(["it must be of 0.7.0 or newer, as before"]));

test("an operator that is too new for the runtime is told, and releases that it does not run are passed over", () => {
  const stack = of("1.2.1", chat);
  const { notes, steps } = upgradeSteps(stack, "1.4.2", clusterOf(stack, "1.6.1"));
  expect(notes).toEqual([
    "the operator of 1.6 runs runtimes of 1.4, 1.5, 1.6, 1.7, and this stack's is 1.2.1",
  ]);
  expect(steps.map(line)).toEqual(["config 1.2.1 1.4.2: by hand", "runtime 1.2.1 1.4.2: safe"]);
  expect(only(steps, "runtime", "1.4.2").pods?.effects).toMatchObject([{ way: "beside" }]);
});

test("a runtime that the operator does not run is blocked", () => {
  const stack = of("1.2.1", chat);
  const { steps } = upgradeSteps(stack, "1.3.1", clusterOf(stack, "1.6.1"));
  expect(only(steps, "runtime", "1.3.1").reasons).toEqual([
    "the operator of 1.6 runs runtimes of 1.4, 1.5, 1.6, 1.7, and not 1.3: choose one of these",
  ]);
});

test.each([
  [{ operators: { unread: "forbidden" } }, "forbidden"],
  [{ operators: [] }, "the cluster has no operator for it"],
])("what can't be read of it is said: %j", (parts, taken) => {
  const stack = of("1.5.1", chat);
  expect(upgradeSteps(stack, "1.6.1", clusterOf(stack, "1.5.1", parts)).platform).toEqual({
    releaseLine: "1.5",
    taken,
  });
});

describe("a platform that the stack installs", () => {
  const upgrade = (from: string, to: string, install: object) =>
    upgradeSteps(of(from, chat, { platform: { install } }), to);

  test("of a version of its own is a line to write, before the runtime's", () => {
    const { platform, steps } = upgrade("1.5.1", "1.6.1", { version: "1.5.0", values: { a: 1 } });
    expect(platform).toEqual({ releaseLine: "1.5" });
    expect(only(steps, "chart", "1.6").todo).toEqual([
      "dynamo:platform.install.version: 1.6.2",
      "pulumi up --stack test",
    ]);
    expect(steps.map(line).at(-1)).toBe("runtime 1.5.1 1.6.1: safe");
  });

  test("stays where no newer chart is installed, and the operator runs the runtime all the same", () => {
    const { steps } = upgrade("1.5.1", "1.7.0", { version: "1.5.1" });
    expect(steps.filter(({ what }) => what === "chart").map(line)).toEqual(["chart 1.5 1.6: by hand"]);
    expect(only(steps, "runtime", "1.7.0").verdict).toBe("safe");
  });

  test("of the runtime's version comes with it, and is blocked where its chart is not installed", () => {
    expect(only(upgrade("1.5.1", "1.6.1", {}).steps, "chart", "1.6")).toMatchObject({
      verdict: "safe",
      changes: expect.arrayContaining([expect.stringMatching(/comes with dynamo:runtime\.version/)]),
    });
    const { steps } = upgrade("1.6.1", "1.7.0", {});
    for (const step of [only(steps, "chart", "1.7"), only(steps, "config", "1.7.0")])
      expect(step).toMatchObject({
        verdict: "blocked",
        reasons: [expect.stringMatching(/install\.version: 1\.6\.2, whose operator runs 1\.7\.0/)],
      });
  });
});

test("what keeps this program from installing a chart is told to who does it by hand", () =>
  expect(only(upgradeSteps(of("0.8.1", chat), "0.9.1").steps, "chart", "0.9").changes).toContainEqual(
    expect.stringMatching(/kube-rbac-proxy/),
  ));
