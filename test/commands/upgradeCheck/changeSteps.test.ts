/** The steps of an upgrade that a change of a stack's config begins, as its preview tells them. */
import { graphEffects } from "../../../commands/preview/effects";
import { changeSteps } from "../../../commands/upgradeCheck/changeSteps";
import { notesOn } from "../../../commands/upgradeCheck/markdown";
import { summariseGraphs, summariseServices } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";
import { clusterOf, line, stackOf } from "./stackOf";

const chat = { name: "chat", model: "m", workers: { replicas: 2, gpus: 4 } };
const of = (version: string, graph: object, more: object = {}) =>
  stackOf({ runtime: { version }, graphs: [graph], ...more });

function stepsOf(from: string, to: string, graph: object = {}, platform?: string, more: object = {}) {
  const [before, stack] = [
    of(from, { ...chat, ...graph, revision: 1 }, more),
    of(to, { ...chat, ...graph }, more),
  ];
  const was = planStack(before.settings);
  const deployed = summariseGraphs(was.graphs, was.runtime);
  const now = planStack(stack.settings, deployed);
  const { switchover, gpus, graphs, runtime } = now;
  const outputs = { gpus, graphs: summariseGraphs(graphs, runtime), services: summariseServices(graphs) };
  const summary = { outputs, switchover, refused: now.refusals.length > 0 } as never;
  const manifests = (plan: typeof now) => plan.graphs.map(({ deployment }) => deployment);
  const effects = graphEffects(
    summary,
    manifests(now),
    { outputs: { graphs: deployed } },
    manifests(was),
    true,
  );
  const cluster = platform === undefined ? undefined : clusterOf(stack, platform);
  const versions = effects.flatMap((effect) => effect.runtime?.from ?? []);
  return changeSteps(versions, { settings: stack.settings, summary, cluster }, effects, []);
}

test("the platform, and then the pods of the change", () => {
  const steps = stepsOf("1.5.1", "1.6.1");
  expect(steps.map(line)).toEqual([
    "CRDs 1.5 1.6: safe",
    "chart 1.5 1.6: by hand",
    "operator 1.5 1.6: safe",
    "runtime 1.5 1.6: safe",
  ]);
  expect(steps.at(-1)?.pods).toMatchObject({ pods: 3, gpus: 8, peak: 12 });
});

test("of a platform that the cluster has already, nothing is told", () =>
  expect(stepsOf("1.5.1", "1.6.1", {}, "1.6.2").map(line)).toEqual(["runtime 1.5 1.6: safe"]));

test.each([
  ["1.6.0", "1.6.1"],
  ["1.6.1", "1.5.1"],
  ["1.6.1", "1.6.1"],
])("no upgrade begins from %s to %s", (from, to) => expect(stepsOf(from, to)).toEqual([]));

test("a change that is refused is blocked", () =>
  expect(stepsOf("1.4.2", "1.6.1").at(-1)).toMatchObject({ what: "runtime", verdict: "blocked" }));

test("an operator that would leave the old graphs is blocked, and why is told", () => {
  const steps = stepsOf("1.3.1", "1.6.1", { revision: 2 });
  expect(steps.find(({ what, to }) => what === "operator" && to === "1.5")?.verdict).toBe("safe");
  expect(notesOn(steps)).toEqual([
    expect.stringMatching(/^> ❌ operator 1\.6: it runs no runtime of 1\.3: bring this stack to 1\.4 first/),
  ]);
});

test.each<[string, object, object, RegExp]>([
  [
    "too few GPUs",
    {},
    { budget: { gpus: 8 } },
    /needs 12 GPUs .* there are 8 \(dynamo:budget\.gpus\): it would stall: raise its revision/,
  ],
  [
    "halves that would mix",
    { workers: undefined, prefill: { replicas: 1 }, decode: { replicas: 1 } },
    { platform: { orchestrator: "grove" } },
    /prefill of 1\.5\.1 would meet decode of 1\.6\.1 in graph chat: raise its revision/,
  ],
])("%s are told of what rolls in place", (_, graph, more, why) => {
  const steps = stepsOf("1.5.1", "1.6.1", graph, "1.6.1", more);
  expect(steps.map(line)).toEqual(["runtime 1.5 1.6: by hand"]);
  expect(notesOn(steps)).toEqual([expect.stringMatching(/^> ⚠️ runtime 1\.6: /)]);
  expect(steps[0]?.changes).toEqual([expect.stringMatching(why)]);
});
