/** A stack that answers changes its mode, and clients do not notice: the released runtime in the name of the pods. */
import { Agent, request } from "node:http";
import consumers from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { realCrds } from "../engine/realCrds";
import { update } from "../engine/update";
import { ask } from "../runtime/frontendClient";

jest.setTimeout(300_000);

const model = "Qwen/Qwen2.5-1.5B-Instruct";
const start = {
  runtime: { version: "1.6.1" },
  discovery: { mode: "kubernetes" },
  budget: { gpus: 4 },
  graphs: [
    {
      name: "chat",
      model,
      frontend: { replicas: 2, expose: { type: "NodePort", nodePort: 30200 } },
      workers: { replicas: 2 },
    },
  ],
};
let rehearsal: Rehearsal;
let url: string;

beforeAll(async () => {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  rehearsal = await startRehearsal({
    stack: devStack(start),
    nodes: 2,
    gpusPerNode: 4,
    crds: realCrds("1.4"),
    serve: true,
    report,
  });
  await update(rehearsal);
  // Not the operator's own Service, which goes with its graph.
  url = rehearsal.serving?.frontends().find(({ name }) => name === "chat-frontend-np")?.url ?? "";
  await ask(url, model, "hello");
}, 1_800_000);

afterAll(() => rehearsal?.stop());

const connections = {
  /** One for each request. */
  own: new Agent({ keepAlive: false }),
  /** The same for all, as long as the frontend lets it. */
  kept: new Agent({ keepAlive: true, maxSockets: 1 }),
};

/** What a request ends with whose kept connection its frontend closes at that moment: clients of HTTP ask again then. */
const stale = "stale connection";

/** Whether a request met a frontend that is ending, on a connection from before: docs/switchover.md says how often. */
const isOfEnding = (failure: string) =>
  failure === stale || /^503 .*Service (is not ready|temporarily unavailable)/.test(failure);

/** One chat completion, of which it says what came in the place of an answer. */
function complete(agent: Agent): Promise<string | undefined> {
  const body = { model, messages: [{ role: "user", content: "hello" }], max_tokens: 8 };
  return new Promise((resolve) => {
    const asked = request(`${url}/v1/chat/completions`, {
      method: "POST",
      agent,
      headers: { "content-type": "application/json" },
      timeout: 30_000,
    });
    asked.on("error", ({ code = "", message }: NodeJS.ErrnoException) =>
      resolve(asked.reusedSocket && ["ECONNRESET", "EPIPE"].includes(code) ? stale : message),
    );
    asked.on("response", async (response) => {
      const text = await consumers.text(response).catch((error: Error) => error.message);
      resolve(text.includes('"choices"') ? undefined : `${response.statusCode} ${text}`);
    });
    asked.end(JSON.stringify(body));
  });
}

/** Chat completions by an agent, one after the other, until a task has ended. */
async function completions(agent: Agent, task: Promise<unknown>) {
  let isOver = false;
  void task.finally(() => {
    isOver = true;
  });
  let answers = 0;
  const failures: string[] = [];
  for (; !isOver; await setTimeout(20)) {
    const failure = await complete(agent);
    if (failure === undefined) answers++;
    else failures.push(failure);
  }
  return { answers, failures };
}

async function change(values: object): Promise<void> {
  const config = Object.entries({ ...start, ...values }).map(([key, value]) => [`dynamo:${key}`, value]);
  await rehearsal.engine.configure(Object.fromEntries(config));
  await update(rehearsal);
  await oldPodsGone();
}

/** Waits until no pod is left of a graph that the Service does not lead to. */
async function oldPodsGone(): Promise<void> {
  const core = apiClient(rehearsal.kubeconfig, CoreV1Api);
  const namespace = "dynamo";
  const { spec } = await core.readNamespacedService({ name: "chat-frontend-np", namespace });
  const label = "nvidia.com/dynamo-graph-deployment-name";
  const labelSelector = `${label},${label}!=${spec?.selector?.[label]}`;
  const left = async () => (await core.listNamespacedPod({ namespace, labelSelector })).items;
  const timeout = { milliseconds: 120_000, message: "pods of the old graph are left after 120 s" };
  await pWaitFor(async () => (await left()).length === 0, { interval: 200, timeout });
}

const revised = [{ ...start.graphs[0], revision: 2 }];

test.each([
  ["to nats-etcd", { discovery: { mode: "nats-etcd" } }],
  ["back to kubernetes", {}],
  ["to another revision", { graphs: revised }],
  ["and back", {}],
])("%s without a request that fails", async (_, values) => {
  const changed = change(values);
  const [own, kept] = await Promise.all([
    completions(connections.own, changed),
    completions(connections.kept, changed),
    changed,
  ]);
  console.log({ own, kept });
  expect(own).toEqual({ answers: expect.any(Number), failures: [] });
  expect(kept.failures.filter((failure) => !isOfEnding(failure))).toEqual([]);
  expect(kept.failures.length).toBeLessThanOrEqual(start.graphs[0]?.frontend.replicas ?? 0);
  for (const { answers } of [own, kept]) expect(answers).toBeGreaterThan(100);
});
