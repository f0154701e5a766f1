/** The components as programs in other languages have them: their schema, and what they make on Pulumi's mocks. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as components from "../../components";
import * as library from "../../library/index";
import { version as packageVersion } from "../../package.json";
import { known, run } from "../components/mocks";
import { provider, schema, schemaFile } from "./componentProvider";

// What the schema is made by, which other suites do without.
jest.mock("../unused.js", () => jest.requireActual("typescript"));

test("the schema is as it was", async () => {
  expect(JSON.parse(await schema())).toEqual(JSON.parse(readFileSync(schemaFile, "utf8")));
});

test("each component of the library is one of the provider's", () => {
  const ofTypeScript = Object.keys(components).sort();
  expect(Object.keys(library).sort()).toEqual(ofTypeScript);
  const { resources } = JSON.parse(readFileSync(schemaFile, "utf8"));
  expect(Object.keys(resources).sort()).toEqual(ofTypeScript.map((name) => `dynamo:index:${name}`));
});

test("the library is of the package's version, and so are SDKs that are made of it", () => {
  const { version } = JSON.parse(readFileSync(schemaFile, "utf8"));
  expect(version).toBe(packageVersion);
});

const construct = (type: string, name: string, args: object, opts = {}) =>
  provider.construct(name, `dynamo:index:${type}`, args, opts);

// Warnings are shown by other suites.
beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockImplementation(async () => {}));

const plane = { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3, snapshots: {} } } as const;
const chat = {
  model: "Qwen/Qwen3-8B",
  workers: { replicas: 2, gpus: 1 },
  frontend: { expose: { type: "NodePort", nodePort: 30200 } },
  modelCache: { pvc: { size: "50Gi", download: true } },
  huggingFaceSecret: "token",
} as const;
const runtime = { version: "1.4.2" };

test("the provider makes the same objects as the components of TypeScript, and tells the same outputs", async () => {
  const outputs: unknown[] = [];
  const here = await run(async () => {
    const discovery = new components.DiscoveryPlane("discovery", plane);
    const graph = new components.DynamoGraph("chat", { ...chat, runtime, discovery });
    const watched = { graphs: [graph], discovery };
    new components.PodMonitors("monitors", watched);
    new components.Alerts("alerts", watched);
    const dashboards = new components.Dashboards("dashboards", watched);
    new components.FrontendService("more", { deployment: "chat-etcd" });
    new components.ModelCache("cache", { size: "1Gi" });
    outputs.push(await known([graph.endpoint, graph.gpus, dashboards.titles]));
  });
  const there = await run(async () => {
    await construct("DiscoveryPlane", "discovery", plane);
    const graph = await construct("DynamoGraph", "chat", { ...chat, runtime, discovery: plane });
    const watched = { graphs: [{ name: "chat", ...chat }], runtime, discovery: plane };
    await construct("PodMonitors", "monitors", watched);
    await construct("Alerts", "alerts", watched);
    const dashboards = await construct("Dashboards", "dashboards", watched);
    await construct("FrontendService", "more", { deployment: "chat-etcd" });
    await construct("ModelCache", "cache", { size: "1Gi" });
    outputs.push(await known([graph.state.endpoint, graph.state.gpus, dashboards.state.titles]));
  });
  expect(Object.keys(here).length).toBeGreaterThan(40);
  expect(there).toEqual(here);
  expect(outputs[1]).toEqual(outputs[0]);
});

describe("mistakes end with the config's words", () => {
  test.each<[string, string, object, object, string[]]>([
    [
      "a mode that is none",
      "DiscoveryPlane",
      { mode: "bogus" },
      {},
      ["the args of DiscoveryPlane x can't be used:", "→ at mode"],
    ],
    [
      "too many frontends",
      "DynamoGraph",
      { ...chat, frontend: { replicas: 11 } },
      {},
      ["✖ must be at most 10, found 11", "→ at frontend.replicas"],
    ],
    ["members of an even number", "Nats", { replicas: 2 }, {}, ["✖ must be odd, found 2", "→ at replicas"]],
    [
      "a graph without a name among those that are watched",
      "Alerts",
      { graphs: [chat] },
      {},
      ["the args of Alerts x can't be used:", "→ at graphs[0].name"],
    ],
    [
      "a provider of Kubernetes",
      "DynamoGraph",
      chat,
      { providers: { kubernetes: {} } },
      ["the options of DynamoGraph x can't be used:", "→ at provider"],
    ],
  ])("%s", async (_, type, args, opts, lines) => {
    const words: string[] = [];
    await run(() => construct(type, "x", args, opts).catch((error) => words.push(error.message)));
    for (const line of lines) expect(words[0]).toContain(line);
    expect(words[0]).not.toMatch(/\n\s+at /);
  });
});
