/** What holds a stack's objects, for how long that is waited for, and how they are let go. */
import type { KubernetesObject } from "@kubernetes/client-node";
import { heldGraphs, ownedBy, removeFinalizers, untilGone } from "../../../commands/destroy/finalizers";
import { deleteObjects } from "../../../commands/destroy/leftovers";
import { nameOf } from "../../../gpus/manifest";
import { clusters } from "../../apiServer";
import { object, ownedBy as ownedByNames } from "./objects";

/** The time, which passes by waiting alone, and what happens in a cluster when it has passed. */
let now = 0;
let meanwhile: () => Promise<void>;
jest.mock("node:timers/promises", () => ({
  setTimeout: (ms: number) => {
    now += ms;
    return meanwhile();
  },
}));
beforeEach(() => {
  now = begin;
  meanwhile = async () => {};
  jest.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

const begin = Date.parse("2026-01-01T00:00:00Z");
const cluster = clusters();
const finalizers = ["nvidia.com/finalizer"];
const names = (objects: readonly KubernetesObject[]) => objects.map(nameOf).sort();

describe("what graphs own", () => {
  test("is found over all levels, whatever the order, in the graphs' namespaces only", async () => {
    const { add, config } = await cluster();
    const graphs = [
      object("DynamoGraphDeployment", "chat"),
      object("DynamoGraphDeployment", "code", { namespace: "other" }),
    ];
    add(
      ...graphs,
      object("Pod", "pod", ownedByNames("set")),
      object("ReplicaSet", "set", ownedByNames("deployment")),
      object("Deployment", "deployment", ownedByNames("component")),
      object("DynamoComponentDeployment", "component", ownedByNames("chat")),
      object("ConfigMap", "of-code", { namespace: "other", ...ownedByNames("someone", "code") }),
      object("ConfigMap", "elsewhere", { namespace: "third", ...ownedByNames("chat") }),
      object("ConfigMap", "nobodys"),
      object("Pod", "theirs", ownedByNames("their-set")),
    );
    expect(names(await ownedBy(config, graphs))).toEqual([
      "ConfigMap other/of-code",
      "Deployment dynamo/deployment",
      "DynamoComponentDeployment dynamo/component",
      "Pod dynamo/pod",
      "ReplicaSet dynamo/set",
    ]);
  });

  test("is found once where objects own one another, and the graphs are no part of it", async () => {
    const { add, config } = await cluster();
    const chat = object("DynamoGraphDeployment", "chat", ownedByNames("a"));
    add(
      chat,
      object("ConfigMap", "a", ownedByNames("chat", "b")),
      object("ConfigMap", "b", ownedByNames("a")),
    );
    expect(names(await ownedBy(config, [chat]))).toEqual(["ConfigMap dynamo/a", "ConfigMap dynamo/b"]);
  });

  test("is nothing where there are none", async () => {
    const { add, config } = await cluster();
    add(object("ConfigMap", "a", ownedByNames("b")));
    expect(await ownedBy(config, [])).toEqual([]);
  });
});

describe("finalizers", () => {
  test("are removed from graphs and what they own, and from nothing else of the stack", async () => {
    const { add, find, writes, config } = await cluster();
    const [chat, held, bare] = [
      object("DynamoGraphDeployment", "chat", { finalizers, labels: { team: "a" } }),
      object("ConfigMap", "held", { finalizers }),
      object("DynamoGraphDeployment", "bare"),
    ];
    add(chat, held, bare);
    add(object("ConfigMap", "of-held", { finalizers, ...ownedByNames("held") }));
    add(object("DynamoComponentDeployment", "component", { finalizers, ...ownedByNames("chat") }));
    const reported: string[] = [];
    await removeFinalizers(config, [held, chat, bare], (line) => reported.push(line));
    expect(reported).toEqual([
      "removed the finalizers of DynamoGraphDeployment dynamo/chat",
      "removed the finalizers of DynamoComponentDeployment dynamo/component",
    ]);
    const { finalizers: _, ...rest } = chat.metadata as Record<string, unknown>;
    expect(find("DynamoGraphDeployment", "chat")?.metadata).toEqual({
      ...rest,
      resourceVersion: expect.any(String),
    });
    expect(find("DynamoComponentDeployment", "component")?.metadata?.finalizers).toBeUndefined();
    for (const name of ["held", "of-held"])
      expect(find("ConfigMap", name)?.metadata?.finalizers).toEqual(finalizers);
    expect(writes).toHaveLength(2);
  });

  test("of what has gone meanwhile are no obstacle", async () => {
    const { add, find, config } = await cluster();
    const [gone, chat] = ["gone", "chat"].map((name) =>
      object("DynamoGraphDeployment", name, { finalizers }),
    );
    add({ ...chat });
    await removeFinalizers(config, [gone ?? {}, chat ?? {}], () => {});
    expect(find("DynamoGraphDeployment", "chat")?.metadata?.finalizers).toBeUndefined();
  });

  test("that the user may not remove are told", async () => {
    const { add, config } = await cluster({ PATCH: 403 });
    const chat = object("DynamoGraphDeployment", "chat", { finalizers });
    add(chat);
    const reported: string[] = [];
    await expect(removeFinalizers(config, [chat], (line) => reported.push(line))).rejects.toThrow(
      /is forbidden/,
    );
    expect(reported).toEqual([]);
  });
});

describe("a graph is held", () => {
  const deleted = (seconds: number) => ({
    deletionTimestamp: new Date(begin - seconds * 1000).toISOString(),
  });

  test.each<[string, object, boolean]>([
    ["that is deleted for more than 15 s", deleted(15.001), true],
    ["not where that is less long ago", deleted(15), false],
    ["not where it is not deleted", {}, false],
  ])("%s", async (_, metadata, isHeld) => {
    const { add, config } = await cluster();
    const chat = object("DynamoGraphDeployment", "chat");
    add({ ...chat, metadata: { ...chat.metadata, ...metadata } });
    const held = await heldGraphs(config, [chat]);
    expect(held).toEqual(isHeld ? ["DynamoGraphDeployment dynamo/chat"] : []);
  });

  test("other objects are not told, nor graphs that have gone", async () => {
    const { add, config } = await cluster();
    const all = [object("ConfigMap", "a", deleted(60)), object("DynamoGraphDeployment", "gone", deleted(60))];
    add(...all.slice(0, 1));
    expect(await heldGraphs(config, all)).toEqual([]);
  });
});

describe("waiting for objects to go", () => {
  const chat = object("DynamoGraphDeployment", "chat");
  const map = object("ConfigMap", "a");

  /**
   * What is told, and when, in seconds since the beginning.
   * @param stays until when an object stays, by its name
   */
  async function wait(timeout: number, stays: Readonly<Record<string, number>>, metadata: object = {}) {
    const { add, config } = await cluster();
    const seconds = () => (now - begin) / 1000;
    const told: unknown[] = [];
    const log = jest.spyOn(console, "log").mockImplementation((line) => void told.push([seconds(), line]));
    const all = [chat, map].map((one) => ({ ...one, metadata: { ...one.metadata, ...metadata } }));
    const left = () => all.filter((one) => (stays[one.metadata.name] ?? 0) > seconds());
    add(...left());
    meanwhile = () =>
      deleteObjects(
        config,
        all.filter((one) => !left().includes(one)),
      );
    const end = await untilGone(config, all, timeout).then(
      () => "all is gone",
      (error: Error) => error.message,
    );
    log.mockRestore();
    return { told, end: [seconds(), end] };
  }

  test("there is none where all are gone", async () => {
    expect(await wait(0, {})).toEqual({ told: [], end: [0, "all is gone"] });
  });

  test("ends as soon as they are; every 10 s it is told which are left", async () => {
    expect(await wait(60_000, { chat: 9, a: 21.2 })).toEqual({
      told: [
        [0, "waiting for DynamoGraphDeployment dynamo/chat, ConfigMap dynamo/a to go"],
        [10, "waiting for ConfigMap dynamo/a to go"],
        [20, "waiting for ConfigMap dynamo/a to go"],
      ],
      end: [21.5, "all is gone"],
    });
  });

  test("ends by its time, with what holds a graph, and how it is let go", async () => {
    const { end } = await wait(
      2_000,
      { chat: 60 },
      { finalizers: ["nvidia.com/finalizer", "example.com/b"] },
    );
    expect(end).toEqual([
      2.5,
      "still there after 2 s: DynamoGraphDeployment dynamo/chat (held by nvidia.com/finalizer, example.com/b). Where the operator of a graph's finalizers is gone, run this again with --remove-finalizers",
    ]);
  });

  test("for a graph and other objects ends with the graph's remedy", async () => {
    const { end } = await wait(0, { chat: 60, a: 60 });
    expect(end[1]).toMatch(/dynamo\/chat .*, ConfigMap dynamo\/a .*--remove-finalizers$/);
  });

  test("of other objects ends with another remedy", async () => {
    expect((await wait(0, { a: 60 })).end).toEqual([
      0.5,
      "still there after 0 s: ConfigMap dynamo/a (without a finalizer). Whoever set the finalizers removes them",
    ]);
  });
});
