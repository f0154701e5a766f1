/** A stack that answers changes its mode, and clients do not notice: the released runtime in the name of the pods. */
import { CoreV1Api } from "@kubernetes/client-node";
import pWaitFor from "p-wait-for";
import { update } from "../../rehearsal/bareUpdate";
import { apiClient } from "../../rehearsal/clients";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { devStack } from "../devStack";
import { realCrds } from "../engine/realCrds";
import { ask } from "../runtime/frontendClient";
import { isOfOneMoment, startStreams } from "./streams";

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
  const clients = 4;
  const [own, kept] = [false, true].map((keepAlive) =>
    startStreams({ url, model }, { clients, tokens: 16, keepAlive }),
  );
  await change(values);
  for (const [how, streams] of Object.entries({ own, kept })) {
    await streams?.stop();
    const { answers = 0, failures = [], mostOfOne, refused } = streams ?? {};
    console.log(
      `connections ${how}: ${answers} answers, and in the place of others: ${failures.join(", ") || "nothing"}`,
    );
    expect(failures.filter((failure) => !isOfOneMoment(failure))).toEqual([]);
    // An old frontend closes each kept connection once, behind an answer that it ends with, and may be asked in that moment.
    expect(mostOfOne).toBeLessThanOrEqual(how === "own" ? 0 : 1);
    expect(refused).toBe(0);
    expect(answers).toBeGreaterThan(100);
  }
});
