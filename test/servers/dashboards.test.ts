/** Every panel of the dashboards, on the metrics of real servers and the released runtime under a little load. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import pWaitFor from "p-wait-for";
import { metricsOf, otherQueries, panelQueries } from "../monitoring/queries";
import { ask } from "../runtime/frontendClient";
import { type ChatClient, startClient } from "./chatClient";
import { type Scene, type SceneOptions, startScene } from "./metrics";

jest.setTimeout(300_000);

/** Panels that need what is not here. Each says so itself. */
const elsewhere = {
  "GPU in use": "Empty where NVIDIA's DCGM exporter does not run.",
  "GPU memory": "Empty where NVIDIA's DCGM exporter does not run.",
};
const notOfTheMocker = {
  "KV cache in use": "Empty for workers that publish no statistics of their engine.",
  "KV cache hit rate": "Empty for workers that publish no statistics of their engine.",
};
/** Of the engines' row the mocker has what a queue and a cache have. */
const engines = {
  "KV transfers that failed": "Empty for workers that do all",
  "Tokens written": "Empty for other engines than vLLM and SGLang.",
};
/** What the mocker has by vLLM's name only: metricNames.test.ts and engineSeries.test.ts look for it elsewhere. */
const otherEngines = [
  "dynamo_component_gpu_cache_usage_percent",
  "sglang:num_queue_reqs",
  "sglang:num_retracted_requests_total",
];
const kvRouter = ["--router-mode", "kv"];

const scenes: Record<string, { options: Omit<SceneOptions, "directory">; empty: Record<string, string> }> = {
  "0.8.1 with one member of each": {
    options: { version: "0.8.1", mode: "nats-etcd", frontendArgs: kvRouter },
    empty: { ...elsewhere, ...notOfTheMocker },
  },
  "1.6.1 with three members of each, and requests over NATS": {
    options: {
      version: "1.6.1",
      mode: "nats-etcd",
      replicas: 3,
      requestPlane: "nats",
      frontendArgs: kvRouter,
    },
    empty: { ...elsewhere, ...engines },
  },
  "1.6.1 without NATS and etcd": {
    options: { version: "1.6.1", mode: "kubernetes" },
    empty: {
      ...elsewhere,
      ...engines,
      "KV cache hit rate": "Empty unless frontends route by KV cache.",
    },
  },
};

describe.each(Object.entries(scenes))("%s", (_, { options, empty }) => {
  let scene: Scene;
  let client: ChatClient;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dashboards-"));
    scene = await startScene({ ...options, directory });
    client = startClient(scene.runtime);
    await ask(scene.runtime.url, "rehearsal/unknown", "hello").catch(() => undefined); // a mistake
    if (scene.plane) await storeMessage(await scene.plane.natsClient());
  }, 1_800_000);
  afterAll(async () => {
    await client?.stop();
    await scene?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  const titleOf = (where: string) => where.split(" / ").at(-1) ?? "";
  const queries = () => [...panelQueries(scene.plan), ...otherQueries(scene.plan)];

  /** Titles of the panels that have a query without data. */
  async function withoutData(): Promise<string[]> {
    const titles = new Set<string>();
    for (const { where, expr } of queries()) {
      const samples = await scene.prometheus.query(expr);
      if (!samples.some(({ value }) => Number.isFinite(value))) titles.add(titleOf(where));
    }
    return [...titles].sort();
  }

  test("every query has data, but for those whose panel says why not", async () => {
    const expected = Object.keys(empty).sort();
    // A minute, since members of etcd measure the way to each other twice in it.
    for (let i = 0; i < 20 && (await withoutData()).length > expected.length; i++) {
      await scene.plane?.etcdClient().put(`v1/load/${i}`, "");
      await setTimeout(3_000);
    }
    expect(await withoutData()).toEqual(expected);
    for (const { where, description } of panelQueries(scene.plan))
      expect([where, description]).toEqual([where, expect.stringContaining(empty[titleOf(where)] ?? "")]);
  });

  test("every metric exists, but for theirs", async () => {
    const exempt = new Set(otherEngines);
    const names = new Set(
      queries()
        .filter(({ where }) => !(titleOf(where) in empty))
        .flatMap(({ expr }) => metricsOf(expr))
        .filter((name) => !exempt.has(name)),
    );
    const missing = [];
    for (const name of names)
      if ((await scene.prometheus.query(`count({__name__="${name}"})`)).length === 0) missing.push(name);
    expect(missing).toEqual([]);
  });

  if (options.mode === "nats-etcd")
    test("a member of NATS that is killed has no values that look alive", async () => {
      const shown = async (title: string) => {
        const { expr = "" } = panelQueries(scene.plan).find(({ where }) => titleOf(where) === title) ?? {};
        return (await scene.prometheus.query(expr)).filter(({ labels }) => labels.pod === "nats-0");
      };
      const titles = ["Connections by member", "CPU, as a share of its cores", "Memory, against its limit"];
      for (const title of titles) expect([title, await shown(title)]).toEqual([title, [expect.anything()]]);
      await scene.plane?.nats.member(0).kill();
      const isForgotten = async () => (await shown("Connections by member")).length === 0;
      await pWaitFor(isForgotten, { interval: 500, timeout: 60_000 });
      for (const title of titles) expect([title, await shown(title)]).toEqual([title, []]);
      const frozen = await scene.prometheus.query(`nats_varz_connections{pod="nats-0"}`);
      expect(frozen).toHaveLength(1); // the exporter goes on
    });

  if (options.version === "1.6.1")
    test("requests that no worker is there for are no success", async () => {
      const success = async () => {
        const { expr = "" } =
          panelQueries(scene.plan).find(({ where }) => titleOf(where) === "Success") ?? {};
        return (await scene.prometheus.query(expr))[0]?.value;
      };
      expect(await success()).toBe(1); // but for a client's mistake
      for (const worker of scene.runtime.workers) await worker.kill();
      await pWaitFor(async () => ((await success()) ?? 1) < 0.9, { interval: 500, timeout: 60_000 });
    });
});

async function storeMessage(client: NatsConnection): Promise<void> {
  await (await jetstreamManager(client)).streams.add({ name: "one", subjects: ["one"] });
  await client.request("one", "a message");
  await client.close();
}
