/** What is measured of engines, each in a rehearsal of its own. */
import type { TrafficReport } from "../../commands/traffic/report";
import { nodePort, type Rehearsed, rehearsed, type Setting, type Values } from "./rehearsed";

export interface Result {
  /** What was looked at, and what came of it, for a line of a table. */
  readonly name: string;
  readonly seconds?: number;
  readonly ok?: boolean;
  readonly gpus?: number;
  readonly report?: TrafficReport;
}

type Scenario = (setting: Setting, tell: (result: Result) => void) => Promise<void>;

const model = "Qwen/Qwen2.5-7B-Instruct";
const kubernetes = { mode: "kubernetes" };
const natsEtcd = { mode: "nats-etcd" };

/** A stack of one graph, on two GPUs at most. */
function stackOf(discovery: object, graph: Values): Values {
  const frontend = { replicas: 1, expose: { type: "NodePort", nodePort } };
  return {
    runtime: { version: "1.4.2" },
    discovery,
    budget: { gpus: 2 },
    graphs: [{ name: "chat", model, frontend, readyTimeout: "6m", ...graph }],
  };
}

/** What every rehearsal shows first. */
async function checked(stack: Rehearsed, mode: string, tell: (result: Result) => void): Promise<void> {
  for (const command of ["verify", "smoke"] as const)
    tell({ name: `${mode}: ${command}`, ok: await stack.command(`${mode}-${command}`, command) });
}

/** One worker, so that another of the other mode has a GPU, and the change of the mode under traffic, to and fro. */
const modes: Scenario = async (setting, tell) => {
  const args = ["--max-model-len=16384"];
  const frontend = { replicas: 2, expose: { type: "NodePort", nodePort } };
  const graph = { router: { mode: "kv" }, frontend, workers: { replicas: 1, gpus: 1, args } };
  const load = [
    "--requests",
    "200",
    "--concurrency",
    "16",
    "--prompt-tokens",
    "512",
    "--output-tokens",
    "64",
  ];
  const kept = ["--concurrency", "4", "--prompt-tokens", "128", "--output-tokens", "64"];
  await rehearsed(setting, stackOf(kubernetes, graph), async (stack) => {
    tell({ name: "kubernetes: up", seconds: stack.upSeconds });
    await checked(stack, "kubernetes", tell);
    tell({ name: "kubernetes: traffic", report: await stack.traffic("kubernetes-traffic", load) });
    for (const [from, to, discovery] of [
      ["kubernetes", "nats-etcd", natsEtcd],
      ["nats-etcd", "kubernetes", kubernetes],
    ] as const) {
      const steady = stack.steady(`${from}-to-${to}`, kept);
      const seconds = await stack.change(stackOf(discovery, graph));
      await new Promise((resolve) => setTimeout(resolve, 8_000)); // the old graph's frontends end
      tell({ name: `${from} to ${to}`, seconds, gpus: stack.peakGpus(), report: await steady.end() });
      if (discovery === kubernetes) continue;
      await checked(stack, to, tell);
      tell({ name: `${to}: traffic`, report: await stack.traffic(`${to}-traffic`, load) });
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

/** Two workers, one of whose caches holds 58 % of the longest prefixes (448,000 tokens), and both all. */
const routing =
  (name: keyof typeof routers): Scenario =>
  async (setting, tell) => {
    const args = ["--max-model-len=16384", "--num-gpu-blocks-override=28000"];
    const graph = { router: routers[name], workers: { replicas: 2, gpus: 1, args } };
    await rehearsed(setting, stackOf(kubernetes, graph), async (stack) => {
      tell({ name: `${name}: up`, seconds: stack.upSeconds });
      await checked(stack, name, tell);
      for (const { shared, requests } of sharedPrefixes) {
        const prompts = ["--prompt-tokens", "12200", "--shared-prefix", `${shared}`, "--prefixes", "64"];
        const load = [
          "--requests",
          `${requests}`,
          "--concurrency",
          "16",
          "--output-tokens",
          "32",
          ...prompts,
        ];
        const report = await stack.traffic(`${name}-${shared}`, load);
        tell({ name: `${name}, ${shared} of 12200 tokens shared`, report });
      }
      if (name === "round-robin") await allLoads(stack, "aggregated", tell);
    });
  };

const loads = [
  { prompt: 512, output: 128, concurrency: 1, requests: 20 },
  { prompt: 2048, output: 256, concurrency: 16, requests: 160 },
  { prompt: 8000, output: 128, concurrency: 16, requests: 160 },
  { prompt: 2048, output: 256, concurrency: 64, requests: 320 },
].map(({ prompt, output, concurrency, requests }) => ({
  name: `${prompt} + ${output} tokens, ${concurrency} at a time`,
  file: `${prompt}-${output}-${concurrency}`,
  args: Object.entries({
    "--prompt-tokens": prompt,
    "--output-tokens": output,
    "--concurrency": concurrency,
    "--requests": requests,
  }).flatMap(([flag, value]) => [flag, `${value}`]),
}));

async function allLoads(stack: Rehearsed, name: string, tell: (result: Result) => void): Promise<void> {
  for (const load of loads)
    tell({ name: `${name}, ${load.name}`, report: await stack.traffic(`${name}-${load.file}`, load.args) });
}

/** Prefill on one GPU and decode on the other, by the loads that two workers had. */
const roles: Scenario = async (setting, tell) => {
  const args = ["--max-model-len=16384"];
  const graph = { prefill: { replicas: 1, gpus: 1, args }, decode: { replicas: 1, gpus: 1, args } };
  await rehearsed(setting, stackOf(natsEtcd, graph), async (stack) => {
    tell({ name: "nats-etcd, prefill and decode: up", seconds: stack.upSeconds });
    await checked(stack, "disaggregated", tell);
    await allLoads(stack, "disaggregated", tell);
  });
};

const routings = (Object.keys(routers) as (keyof typeof routers)[]).map(
  (name) => [name, routing(name)] as const,
);

export const scenarios: Readonly<Record<string, Scenario>> = {
  modes,
  ...Object.fromEntries(routings),
  roles,
};
