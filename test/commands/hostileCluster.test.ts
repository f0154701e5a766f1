/** API servers that answer what no API server does: each command says so in a line, and ends. */
import type { RequestListener } from "node:http";
import { run } from "./command";
import { endless, expectOrder, obeyed, servers } from "./hostile";
import { outputs, surroundings } from "./surroundings";

const { fakePulumi, kubeconfig } = surroundings();
const start = servers();

const json =
  (answer: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
const object = {
  metadata: { name: obeyed, namespace: "dynamo", labels: {}, annotations: {} },
  spec: { nodeName: obeyed },
  status: {
    phase: obeyed,
    conditions: [{ type: "Ready", status: "False", reason: obeyed, message: obeyed }],
  },
  endpoints: [
    { addresses: ["127.0.0.1"], conditions: { ready: true }, targetRef: { kind: "Pod", name: obeyed } },
  ],
  ports: [{ port: 1 }],
};

const hostile: Readonly<Record<string, RequestListener>> = {
  "a page": (_, response) => response.end(`<html>login ${obeyed}</html>`),
  "a page that refuses": (_, response) =>
    response.writeHead(403).end(`<html>${obeyed}${"x".repeat(100_000)}`),
  "a status with escapes": json({ kind: "Status", message: obeyed + "y".repeat(100_000) }, 500),
  "no end": (_, response) => endless(response, Buffer.alloc(1 << 16, 32)),
  "no list": json({ items: { a: 1 } }),
  nothing: json(null),
  "no items": json({ kind: "PodList" }),
  "items that are none": json({ items: [null, 5] }),
  "objects with escapes": json({ kind: "List", items: [object] }),
  "objects of another shape": json({
    items: [
      {
        metadata: { name: 5, labels: "x" },
        spec: { containers: [null] },
        status: 1,
        endpoints: {},
        ports: [null],
      },
    ],
    groups: [{ name: "g" }],
    resources: [{ name: 1 }],
  }),
  "objects nested without an end": (_, response) =>
    response.end(`{"items":[{"metadata":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}]}`),
  "another address": (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
};

describe.each(Object.keys(hostile))("an API server that answers with %s", (name) => {
  test.each(["verify", "smoke", "destroy"])("%s", async (command) => {
    fakePulumi({ ...outputs, owner: `${outputs.owner}${obeyed}` });
    kubeconfig({ server: await start(hostile[name] as RequestListener) });
    const ended = await run(command, "--stack", "dev", "--timeout", "0.5");
    expectOrder(ended);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: /m);
  });
});

test.each([
  ["no JSON", `<html>${obeyed}`],
  ["a list", "[]"],
])("a Pulumi CLI that prints %s", async (_, text) => {
  fakePulumi(text);
  for (const command of ["verify", "smoke", "traffic"]) {
    const ended = await run(command, "--stack", "dev");
    expectOrder(ended);
    expect([ended.code, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/tells no outputs of stack dev in JSON/),
    ]);
  }
});
