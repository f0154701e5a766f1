/** The steps of upgrades, and the verdicts on them. */
import { upgradeSteps } from "../../../commands/upgradeCheck/upgradeSteps";
import { clusterOf, line, of, only } from "./stackOf";

const chat = { name: "chat", model: "m", workers: { replicas: 2, gpus: 4 } };
const halves = { name: "split", model: "m", prefill: { replicas: 1, gpus: 2 }, decode: { replicas: 2 } };
test("the platform comes before the runtime, and no minor release is skipped", () => {
  const { steps, platform } = upgradeSteps(of("1.4.2", chat), "1.6.1");
  expect(platform).toEqual({ releaseLine: "1.4", taken: "--cluster tells it" });
  expect(steps.map(line)).toEqual([
    "CRDs 1.4 1.5: safe",
    "chart 1.4 1.5: by hand",
    "operator 1.4 1.5: safe",
    "config 1.4.2 1.5.1: by hand",
    "runtime 1.4.2 1.5.1: safe",
    "CRDs 1.5 1.6: safe",
    "chart 1.5 1.6: by hand",
    "operator 1.5 1.6: safe",
    "config 1.5.1 1.6.1: by hand",
    "runtime 1.5.1 1.6.1: safe",
  ]);
});

test("the cluster tells the platform's release, of which no step is left out or done twice", () => {
  const stack = of("1.5.1", chat);
  const { steps, platform } = upgradeSteps(stack, "1.6.1", clusterOf(stack, "1.6.2"));
  expect(platform).toEqual({ releaseLine: "1.6" });
  expect(steps.map(line)).toEqual(["config 1.5.1 1.6.1: by hand", "runtime 1.5.1 1.6.1: safe"]);
});

test("a patch is a line of the config, and rolls the pods in place", () => {
  const { steps } = upgradeSteps(of("1.6.1", chat, { budget: { gpus: 16 } }), "1.6.2");
  expect(steps.map(line)).toEqual(["config 1.6.1 1.6.2: by hand", "runtime 1.6.1 1.6.2: safe"]);
  expect(steps[0]?.todo).toEqual(["dynamo:runtime.version: 1.6.2"]);
  expect(steps[1]?.todo).toEqual(["pulumi up --stack test"]);
  // Two workers of four GPUs, and one more while they roll.
  expect(steps[1]?.pods).toMatchObject({ pods: 3, gpus: 8, peak: 12, limit: 16 });
});

test("nothing is to be done for the version that is there", () =>
  expect(upgradeSteps(of("1.6.1", chat), "1.6.1").steps).toEqual([]));

describe("a rolling update that the GPUs leave no room", () => {
  const upgrade = (more: object) =>
    only(upgradeSteps(of("1.6.1", chat, more), "1.6.2").steps, "runtime", "1.6.2");

  test.each([
    [{ budget: { gpus: 12 } }, "safe", 12],
    [{ budget: { gpus: 8 } }, "blocked", 16],
    [{ budget: { gpus: 11 } }, "blocked", 16],
    [{ cluster: { nodes: 2, gpusPerNode: 4 } }, "blocked", 16],
    [{ cluster: { nodes: 3, gpusPerNode: 4 } }, "safe", 12],
    [{ budget: { gpus: 8 }, switchover: "recreate" }, "by hand", 8],
    // Grove replaces pods where they are.
    [{ budget: { gpus: 8 }, platform: { orchestrator: "grove" } }, "safe", 8],
  ])("%j: %s, with %i at the peak", (more, verdict, peak) =>
    expect(upgrade(more)).toMatchObject({ verdict, pods: { peak } }),
  );

  test("is told with what it needs and the ways out", () => {
    expect(upgrade({ budget: { gpus: 8 } }).reasons).toEqual([
      expect.stringMatching(
        /VllmWorker of graph chat needs 12 GPUs .* there are 8 \(dynamo:budget\.gpus\).*set dynamo:switchover to recreate.*or raise dynamo:budget\.gpus/,
      ),
    ]);
    expect(upgrade({ cluster: { nodes: 2, gpusPerNode: 4 } }).reasons).toEqual([
      expect.stringMatching(
        /there are 8 \(dynamo:cluster\).*16 GPUs run .* there are 8 \(dynamo:cluster\): set dynamo:switchover to recreate/,
      ),
    ]);
  });
});

test("releases that don't hear each other's events come beside each other, with the lines to write", () => {
  const { steps } = upgradeSteps(of("1.3.1", { ...chat, router: { mode: "kv" } }), "1.4.2");
  expect(only(steps, "config", "1.4.2").todo).toEqual([
    "dynamo:runtime.version: 1.4.2",
    "dynamo:graphs[0].revision: 2   # chat",
  ]);
  const { pods, changes } = only(steps, "runtime", "1.4.2");
  expect(pods).toMatchObject({ effects: [{ way: "beside" }], peak: 16 });
  expect(changes).toContainEqual(expect.stringMatching(/don't hear the KV events.*revision is raised/));
});

test.each([
  ["1.5.1", "1.6.1", {}, "in place"],
  ["1.5.1", "1.6.1", { platform: { orchestrator: "grove" } }, "beside"],
  ["0.8.1", "0.9.1", {}, "beside"],
  ["1.6.1", "1.6.2", { platform: { orchestrator: "grove" } }, "in place"],
])("halves of %s and %s, %j: %s", (from, to, more, way) => {
  const { steps } = upgradeSteps(of(from, halves, more), to);
  expect(only(steps, "runtime", to).pods?.effects).toMatchObject([{ way }]);
});

test("a revision is raised once for each release that needs it, from what the config has", () => {
  const stack = of("1.4.2", { ...halves, revision: 5 }, { platform: { orchestrator: "grove" } });
  const { steps } = upgradeSteps(stack, "1.6.1");
  expect(only(steps, "config", "1.5.1").todo[1]).toBe("dynamo:graphs[0].revision: 6   # split");
  expect(only(steps, "config", "1.6.1").todo[1]).toBe("dynamo:graphs[0].revision: 7   # split");
  expect(only(steps, "config", "1.5.1").changes).toEqual([
    expect.stringMatching(
      /graph split is made anew in nvidia\.com\/v1beta1, and was in nvidia\.com\/v1alpha1/,
    ),
  ]);
});

test("what the config's rules refuse of a version is the reason, and the rest is judged all the same", () => {
  const frontend = { args: ["--router-temperature", "0.5"] };
  const { steps } = upgradeSteps(of("1.5.1", { ...chat, router: { mode: "kv" }, frontend }), "1.7.0");
  expect(only(steps, "config", "1.6.2")).toMatchObject({ verdict: "by hand", reasons: [] });
  expect(only(steps, "config", "1.7.0")).toMatchObject({
    verdict: "blocked",
    todo: [],
    reasons: [
      expect.stringMatching(
        /^"--router-temperature" is not taken by frontends of 1\.7.*→ at dynamo:graphs\[0\]\.frontend\.args\[0\]$/,
      ),
    ],
  });
  expect(only(steps, "runtime", "1.7.0")).toMatchObject({
    verdict: "blocked",
    reasons: [/config is refused/].map((text) => expect.stringMatching(text)),
  });
});

test("a transform whose path the other API version has not blocks the release that brings that version", () => {
  const transform = [{ op: "add", path: "/spec/services/Frontend/extraPodSpec/hostAliases", value: [] }];
  const { steps } = upgradeSteps(
    of("1.4.2", { ...halves, transform }, { platform: { orchestrator: "grove" } }),
    "1.5.1",
  );
  expect(only(steps, "config", "1.5.1")).toMatchObject({
    verdict: "blocked",
    reasons: [expect.stringMatching(/^graph split: transform\[0\]/)],
  });
});

test("an image that stays behind is told", () => {
  const { steps } = upgradeSteps(of("1.5.1", { ...chat, imageTag: "1.5.1-efa" }), "1.6.1");
  expect(only(steps, "config", "1.6.1").changes).toContainEqual(
    expect.stringMatching(/image of VllmWorker stays at 1\.5.*give it a tag of 1\.6\.1/),
  );
});

test("env, flags and metrics that a release changes are told, with whose they are", () => {
  const { changes } = only(upgradeSteps(of("0.9.1", chat), "1.0.2").steps, "runtime", "1.0.2");
  for (const change of [
    /^no more env DYN_STORE_KV=mem \(chat\/Frontend, chat\/VllmWorker\)$/,
    /^new env DYN_EVENT_PLANE=zmq /,
    /^no more flag --no-kv-events \(chat\/Frontend\)$/,
    /^metrics of the KV cache: those of the engine alone → dynamo_component_…$/,
    /^--connector is gone/,
  ])
    expect(changes).toContainEqual(expect.stringMatching(change));
  expect(changes).not.toContainEqual(expect.stringMatching(/sglang/)); // no graph runs it
});
