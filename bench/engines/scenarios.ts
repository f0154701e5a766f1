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

/** Frontends' arguments by router. Workers publish for all, and so stay as they are. */
const routers = {
  "round-robin": ["--router-mode", "round-robin"],
  "kv by events": ["--router-mode", "kv"],
  "kv approximate": ["--router-mode", "kv", "--no-router-kv-events"],
};
/** Tokens that each of 64 groups of prompts of 12,200 shares. */
const sharedPrefixes = [12_000, 6_000];

/** Two workers, one of whose caches holds 58 % of the longest prefixes (448,000 tokens), and both all. */
const routing: Scenario = async (setting, tell) => {
  const args = ["--max-model-len=16384", "--num-gpu-blocks-override=28000"];
  const graph = (router: readonly string[]) => ({
    router: { mode: "kv" },
    workers: { replicas: 2, gpus: 1, args },
    transform: [
      {
        op: "add",
        path: "/spec/services/Frontend/extraPodSpec/mainContainer/args",
        value: ["-m", "dynamo.frontend", ...router],
      },
    ],
  });
  await rehearsed(setting, stackOf(kubernetes, graph(routers["round-robin"])), async (stack) => {
    tell({ name: "kubernetes, 2 workers: up", seconds: stack.upSeconds });
    await checked(stack, "kubernetes-2-workers", tell);
    for (const load of loads)
      tell({
        name: `aggregated, ${load.name}`,
        report: await stack.traffic(`aggregated-${load.file}`, load.args),
      });
    for (const [router, routerArgs] of Object.entries(routers)) {
      if (router !== "round-robin") await stack.change(stackOf(kubernetes, graph(routerArgs)));
      for (const shared of sharedPrefixes) {
        const file = `${router.replaceAll(" ", "-")}-${shared}`;
        const prompts = ["--prompt-tokens", "12200", "--shared-prefix", `${shared}`, "--prefixes", "64"];
        const load = ["--requests", "500", "--concurrency", "16", "--output-tokens", "32", ...prompts];
        tell({ name: `${router}, ${shared} of 12200 shared`, report: await stack.traffic(file, load) });
      }
    }
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

/** Prefill on one GPU and decode on the other, by the loads that two workers had. */
const roles: Scenario = async (setting, tell) => {
  const args = ["--max-model-len=16384"];
  const graph = { prefill: { replicas: 1, gpus: 1, args }, decode: { replicas: 1, gpus: 1, args } };
  await rehearsed(setting, stackOf(natsEtcd, graph), async (stack) => {
    tell({ name: "nats-etcd, prefill and decode: up", seconds: stack.upSeconds });
    await checked(stack, "disaggregated", tell);
    for (const load of loads)
      tell({
        name: `disaggregated, ${load.name}`,
        report: await stack.traffic(`disaggregated-${load.file}`, load.args),
      });
  });
};

export const scenarios = { modes, routing, roles };
