/** What changes do to the graphs that run. */
import { type GraphEffect, graphEffects } from "../../commands/preview/effects";
import { describePods, describeWay, headline } from "../../commands/preview/effectWords";
import { topology } from "../../commands/preview/topology";
import { stackConfig } from "../../config/schema";
import { summariseGraphs, summariseServices } from "../../plan/graph/summary";
import { planStack } from "../../plan/stack";

type Config = Readonly<Record<string, unknown>>;

const summaryOf = (config: Config, deployed = {}) => {
  const plan = planStack(stackConfig.parse(config), deployed);
  const outputs = {
    discoveryMode: plan.runtime.mode,
    graphs: summariseGraphs(plan.graphs, plan.runtime),
    services: summariseServices(plan.graphs),
    servers: plan.discovery.summary,
  };
  return {
    plan,
    summary: { outputs, switchover: plan.switchover } as never,
    objects: plan.graphs.map(({ deployment }) => deployment),
    graphs: outputs.graphs,
  };
};

/** Effects of a change of a stack's config. */
function effectsOf(before: Config, after: Config): GraphEffect[] {
  const then = summaryOf(before);
  const now = summaryOf(after, then.graphs);
  const baseline = { outputs: { graphs: then.graphs }, resources: [] } as never;
  const { workersRollTogether } = now.plan.runtime;
  return graphEffects(now.summary, now.objects, baseline, then.objects, workersRollTogether);
}

const chat = { name: "chat", model: "Qwen/Qwen3-8B", workers: { replicas: 3, gpus: 2 } };
const split = { name: "split", model: "Qwen/Qwen3-8B", prefill: { replicas: 2 }, decode: { replicas: 4 } };
const stack = (version: string, ...graphs: object[]) => ({ runtime: { version }, graphs });
const v1alpha1 = { platform: { apiVersion: "v1alpha1" } };

const words = (effects: readonly GraphEffect[]) =>
  effects.map((effect) => `${effect.graph}: ${describeWay(effect)}; ${describePods(effect)}`);

test.each<[string, Config, Config, string[], string | undefined]>([
  ["nothing", stack("1.6.1", chat), stack("1.6.1", chat), [], undefined],
  [
    "a new graph",
    stack("1.6.1"),
    stack("1.6.1", chat),
    ["chat: made; 4 pods with 6 GPUs start (Frontend 1, VllmWorker 3)"],
    "chat new, 4 pods with 6 GPUs start",
  ],
  ["a graph that goes", stack("1.6.1", chat), stack("1.6.1"), ["chat: goes; "], "chat goes"],
  [
    "replicas",
    stack("1.6.1", chat),
    stack("1.6.1", { ...chat, workers: { ...chat.workers, replicas: 5 } }),
    ["chat: changed in place; VllmWorker 3 → 5"],
    "chat scaled",
  ],
  [
    "arguments of workers, and replicas",
    stack("1.6.1", chat),
    stack("1.6.1", { ...chat, workers: { replicas: 5, gpus: 2, args: ["--enforce-eager"] } }),
    ["chat: changed in place; 5 pods with 10 GPUs roll (VllmWorker 5)"],
    "chat in place, 5 pods with 10 GPUs roll",
  ],
  [
    "one of two kinds of workers, which roll together from 1.0",
    stack("1.6.1", split),
    stack("1.6.1", { ...split, decode: { replicas: 4, args: ["--enforce-eager"] } }),
    ["split: changed in place; 6 pods with 6 GPUs roll (Prefill 2, Decode 4)"],
    "split in place, 6 pods with 6 GPUs roll",
  ],
  [
    "one of two kinds of workers before 1.0",
    stack("0.9.1", split),
    stack("0.9.1", { ...split, decode: { replicas: 4, args: ["--enforce-eager"] } }),
    ["split: changed in place; 4 pods with 4 GPUs roll (Decode 4)"],
    "split in place, 4 pods with 4 GPUs roll",
  ],
  [
    "frontends alone",
    stack("1.6.1", chat),
    stack("1.6.1", { ...chat, frontend: { args: ["--tls-cert-path=/tls/tls.crt"] } }),
    ["chat: changed in place; 1 pod rolls (Frontend 1)"],
    "chat in place, 1 pod rolls",
  ],
  [
    "the runtime",
    stack("1.5.1", chat),
    stack("1.6.1", chat),
    ["chat: changed in place, runtime 1.5.1 → 1.6.1; 4 pods with 6 GPUs roll (Frontend 1, VllmWorker 3)"],
    "chat: runtime 1.5.1 → 1.6.1 in place, 4 pods with 6 GPUs roll",
  ],
  [
    "the model, under one name",
    stack("1.6.1", { ...chat, servedModelName: "assistant" }),
    stack("1.6.1", { ...chat, servedModelName: "assistant", model: "Qwen/Qwen3-14B" }),
    ["chat: changed in place, model Qwen/Qwen3-8B → Qwen/Qwen3-14B; 3 pods with 6 GPUs roll (VllmWorker 3)"],
    "chat: model Qwen/Qwen3-8B → Qwen/Qwen3-14B in place, 3 pods with 6 GPUs roll",
  ],
  [
    "a revision",
    stack("1.6.1", chat),
    stack("1.6.1", { ...chat, revision: 2 }),
    [
      "chat: another is made beside it, and takes its place when it is Ready; 4 pods with 6 GPUs start (Frontend 1, VllmWorker 3)",
    ],
    "chat beside the old, 4 pods with 6 GPUs start",
  ],
  [
    "a revision that is recreated",
    { ...stack("1.6.1", chat), switchover: "recreate" },
    { ...stack("1.6.1", { ...chat, revision: 2 }), switchover: "recreate" },
    [
      "chat: goes first, and does not serve until the new one is Ready; 4 pods with 6 GPUs start (Frontend 1, VllmWorker 3)",
    ],
    "chat recreated, 4 pods with 6 GPUs start",
  ],
])("%s", (_, before, after, expected, title) => {
  for (const api of [{}, v1alpha1]) {
    const effects = effectsOf({ ...before, ...api }, { ...after, ...api });
    expect(words(effects)).toEqual(expected);
    expect(headline(effects, undefined)).toBe(title);
  }
});

test("the headline says what interrupts before what is added", () => {
  const effects = effectsOf(
    stack("1.5.1", chat, split),
    stack("1.6.1", { ...chat, revision: 2 }, split, { ...chat, name: "third" }),
  );
  expect(headline(effects, undefined)).toMatch(/^split: runtime 1\.5\.1 → 1\.6\.1 in place/);
  expect(headline(effects, { from: "kubernetes", to: "nats-etcd" })).toMatch(
    /^discovery mode kubernetes → nats-etcd, 3 graphs replaced$/,
  );
});

test("the picture marks what changes, and has room for eight graphs", () => {
  const before = stack("1.6.1", chat, split);
  const after = stack("1.6.1", { ...chat, workers: { replicas: 5, gpus: 2 } }, { ...split, name: "new" });
  const picture = topology(summaryOf(after).summary, effectsOf(before, after));
  expect(picture).toMatch(/\["VllmWorker ×5<br>10 GPUs"\]:::changes/);
  expect(picture).toMatch(/\["Frontend ×1"\]:::same/);
  expect(picture).toMatch(/\["Prefill ×2<br>2 GPUs"\]:::added/);
  expect(picture).toMatch(/\["split"\]:::gone/);
  const many = Array.from({ length: 12 }, (_, i) => ({ ...chat, name: `chat${i}x` }));
  expect(topology(summaryOf(stack("1.6.1", ...many)).summary, [])).toContain('["and 4 graphs more"]');
  expect(topology(summaryOf(stack("1.6.1")).summary, [])).toBe("");
});
