/** What clients see of a worker that ends, and of a KV cache that is full. */
import { setTimeout as sleep } from "node:timers/promises";
import { rehearsed } from "./rehearsed";
import {
  checked,
  expose,
  kubernetes,
  loadArgs,
  type Scenario,
  smallLoad,
  stackOf,
  workerArgs,
} from "./scenario";

/** What it does in 16 streams of 3,072 tokens fits into one cache, and in 64 not into two. */
const cache = 80_000;
const fullness = [
  { concurrency: 16, requests: 64 },
  { concurrency: 64, requests: 192 },
];

/** Two workers, of which one is told to end, or killed, under 32 streams: with the frontends' migration of requests and without. */
export const endings =
  (routerMode: "kv" | "round-robin"): Scenario =>
  async (setting, tell) => {
    const workers = { replicas: 2, gpus: 1, args: workerArgs(setting, cache) };
    const migrating = (limit: number) => {
      const frontend = { expose, env: [{ name: "DYN_MIGRATION_LIMIT", value: `${limit}` }] };
      return stackOf(setting, kubernetes, { router: { mode: routerMode }, frontend, workers });
    };
    const steadily = loadArgs({ prompt: 512, output: 512, concurrency: 32 });
    await rehearsed(setting, migrating(3), async (stack) => {
      tell({ name: "kubernetes: up", seconds: stack.upSeconds });
      await checked(stack, "kubernetes", tell);
      await smallLoad(stack, "kubernetes", tell);
      await stack.metrics("aggregated");
      for (const limit of [3, 0]) {
        if (limit === 0) await stack.change(migrating(limit));
        for (const signal of ["SIGTERM", "SIGKILL"] as const) {
          const seconds = await stack.workersReady();
          tell({ name: `wait for both workers`, seconds });
          const steady = stack.steady(`${signal}-${limit}`, steadily);
          await sleep(6_000);
          await stack.endWorker(signal);
          await sleep(12_000);
          tell({ name: `${signal}, migration limit ${limit}`, report: await steady.end() });
        }
      }
      await stack.workersReady();
      for (const { concurrency, requests } of fullness) {
        const load = loadArgs({ prompt: 2_048, output: 1_024, concurrency, requests });
        const report = await stack.traffic(`cache-${concurrency}`, load);
        tell({ name: `caches of ${cache} tokens, ${concurrency} streams of 2048 + 1024`, report });
      }
      await stack.metrics("full");
    });
  };
