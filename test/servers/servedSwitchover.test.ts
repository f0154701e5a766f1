/** A stack that answers changes its mode, and clients do not notice: the released runtime in the name of the pods. */
import { Agent, request } from "node:http";
import consumers from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { readStack, type Stack } from "../../commands/project";
import { parseConfig } from "../../config/parse";
import { type Rehearsal, startRehearsal } from "../../rehearsal/rehearsal";
import { ask } from "../../rehearsal/runtime/frontendClient";
import { realCrds } from "../engine/realCrds";

jest.setTimeout(180_000);

const model = "Qwen/Qwen2.5-1.5B-Instruct";
const start = {
  "dynamo:runtime": { version: "1.6.1" },
  "dynamo:discovery": { mode: "kubernetes" },
  "dynamo:budget": { gpus: 4 },
  "dynamo:graphs": [
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
  const dev = readStack("dev");
  const values = Object.entries(start).map(([key, value]) => [key, JSON.stringify(value)]);
  const config = { ...dev.config, ...Object.fromEntries(values) };
  const stack: Stack = { ...dev, config, settings: parseConfig(dev.project, dev.name, config, () => false) };
  const report = (line: string) => process.stderr.write(`${line}\n`);
  rehearsal = await startRehearsal({
    stack,
    nodes: 2,
    gpusPerNode: 4,
    crds: realCrds("1.4"),
    serve: true,
    report,
  });
  await rehearsal.engine.stack.up();
  // Not the operator's own Service, which goes with its graph.
  url = rehearsal.serving?.frontends().find(({ name }) => name === "chat-frontend-np")?.url ?? "";
  await ask(url, model, "hello");
}, 1_800_000);

afterAll(() => rehearsal?.stop());

const connections = {
  "a connection for each request": new Agent({ keepAlive: false }),
  "connections that are kept": new Agent({ keepAlive: true, maxSockets: 1 }),
};
type Connections = keyof typeof connections;

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
    asked.on("error", (error) => resolve(error.message));
    asked.on("response", async (response) => {
      const text = await consumers.text(response).catch((error: Error) => error.message);
      resolve(text.includes('"choices"') ? undefined : `${response.statusCode} ${text}`);
    });
    asked.end(JSON.stringify(body));
  });
}

/** Chat completions, one after the other on each of the connections, while the stack is changed. */
async function changed(values: object) {
  const answers = { ...noAnswers };
  const failures: string[] = [];
  let isOver = false;
  const started = Date.now();
  const asking = Object.entries(connections).map(async ([name, agent]) => {
    for (; !isOver; await setTimeout(20)) {
      const failure = await complete(agent);
      if (failure === undefined) answers[name as Connections]++;
      else failures.push(`${((Date.now() - started) / 1000).toFixed(1)} s, ${name}: ${failure}`);
    }
  });
  await rehearsal.engine.configure({ ...start, ...values });
  await rehearsal.engine.stack.up();
  const updated = (Date.now() - started) / 1000;
  await setTimeout(20_000); // until the pods of the old graph have ended
  isOver = true;
  await Promise.all(asking);
  console.log(answers, updated, failures.length, failures.slice(0, 10), failures.slice(-5));
  return { answers, failures };
}

const noAnswers: Record<Connections, number> = {
  "a connection for each request": 0,
  "connections that are kept": 0,
};

const revised = [{ ...start["dynamo:graphs"][0], revision: 2 }];

test.each([
  ["to nats-etcd", { "dynamo:discovery": { mode: "nats-etcd" } }],
  ["back to kubernetes", {}],
  ["to another revision", { "dynamo:graphs": revised }],
  ["and back", {}],
])("%s without a request that fails", async (_, values) => {
  const { answers, failures } = await changed(values);
  expect(failures).toEqual([]);
  for (const count of Object.values(answers)) expect(count).toBeGreaterThan(100);
});
