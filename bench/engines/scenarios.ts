/** What is measured of engines, each in a rehearsal of its own. */
import { endings } from "./endings";
import { planes } from "./planes";
import { type Rehearsed, rehearsed } from "./rehearsed";
import {
  checked,
  expose,
  kubernetes,
  type Load,
  loadArgs,
  natsEtcd,
  type Scenario,
  smallLoad,
  stackOf,
  type Tell,
  workerArgs,
} from "./scenario";

/** One worker, so that another of the other mode has a GPU, and the change of the mode under traffic, to and fro. */
const modes: Scenario = async (setting, tell) => {
  const frontend = { replicas: 2, expose };
  const workers = { replicas: 1, gpus: 1, args: workerArgs(setting) };
  const graph = { router: { mode: "kv" }, frontend, workers };
  const kept = loadArgs({ prompt: 128, output: 64, concurrency: 4 });
  await rehearsed(setting, stackOf(setting, kubernetes, graph), async (stack) => {
    tell({ name: "kubernetes: up", seconds: stack.upSeconds });
    await checked(stack, "kubernetes", tell);
    await smallLoad(stack, "kubernetes", tell);
    for (const [from, to, discovery] of [
      ["kubernetes", "nats-etcd", natsEtcd],
      ["nats-etcd", "kubernetes", kubernetes],
    ] as const) {
      const steady = stack.steady(`${from}-to-${to}`, kept);
      const seconds = await stack.change(stackOf(setting, discovery, graph));
      await new Promise((resolve) => setTimeout(resolve, 8_000)); // the old graph's frontends end
      tell({ name: `${from} to ${to}`, seconds, gpus: stack.peakGpus(), report: await steady.end() });
      if (discovery === kubernetes) continue;
      await checked(stack, to, tell);
      await smallLoad(stack, to, tell);
    }
  });
};

/** How frontends choose a worker, and the prompts by which it shows: 500 of 12,200 tokens, the most of which 64 groups share. */
const routers = {
  "round-robin": { mode: "round-robin" },
  "kv-exact": { mode: "kv", index: "exact" },
  "kv-approximate": { mode: "kv", index: "approximate" },
};
const sharedPrefixes = [
  { shared: 12_000, requests: 500 },
  { shared: 6_000, requests: 300 },
];

/** Two workers, one of whose caches holds 58 % of the longest prefixes, and both all. */
const routing =
  (name: keyof typeof routers): Scenario =>
  async (setting, tell) => {
    const workers = { replicas: 2, gpus: 1, args: workerArgs(setting, 448_000) };
    const graph = { router: routers[name], workers };
    await rehearsed(setting, stackOf(setting, kubernetes, graph), async (stack) => {
      tell({ name: `${name}: up`, seconds: stack.upSeconds });
      await checked(stack, name, tell);
      for (const { shared, requests } of sharedPrefixes) {
        const prompts = { prompt: 12_200, output: 32, shared: { tokens: shared, groups: 64 } };
        const load = loadArgs({ ...prompts, requests, concurrency: 16 });
        const report = await stack.traffic(`${name}-${shared}`, load);
        tell({ name: `${name}, ${shared} of 12200 tokens shared`, report });
      }
      if (name === "round-robin") await allLoads(stack, "aggregated", tell);
    });
  };

const loads: readonly Load[] = [
  { prompt: 512, output: 128, concurrency: 1, requests: 20 },
  { prompt: 2048, output: 256, concurrency: 16, requests: 160 },
  { prompt: 8000, output: 128, concurrency: 16, requests: 160 },
  { prompt: 2048, output: 256, concurrency: 64, requests: 320 },
];

async function allLoads(stack: Rehearsed, name: string, tell: Tell): Promise<void> {
  for (const load of loads) {
    const { prompt, output, concurrency } = load;
    const report = await stack.traffic(`${name}-${prompt}-${output}-${concurrency}`, loadArgs(load));
    tell({ name: `${name}, ${prompt} + ${output} tokens, ${concurrency} at a time`, report });
  }
}

/** Prefill on one GPU and decode on the other, by the loads that two workers had. */
const roles: Scenario = async (setting, tell) => {
  const half = { replicas: 1, gpus: 1, args: workerArgs(setting) };
  await rehearsed(setting, stackOf(setting, natsEtcd, { prefill: half, decode: half }), async (stack) => {
    tell({ name: "nats-etcd, prefill and decode: up", seconds: stack.upSeconds });
    await checked(stack, "disaggregated", tell);
    await allLoads(stack, "disaggregated", tell);
    await stack.metrics("disaggregated");
  });
};

const routings = (Object.keys(routers) as (keyof typeof routers)[]).map(
  (name) => [name, routing(name)] as const,
);

export const scenarios: Readonly<Record<string, Scenario>> = {
  modes,
  ...Object.fromEntries(routings),
  roles,
  planes,
  endings: endings("kv"),
  "endings-round-robin": endings("round-robin"),
};
