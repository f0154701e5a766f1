/** Every alert fires by a real fault of real servers and the released runtime, and none while all is well. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { userOf } from "../../plan/servers/credentials";
import { natsSecretFiles } from "../../plan/servers/natsConf";
import { installRuntime } from "../../rehearsal/runtime/install";
import { startProcess } from "../runtime/dynamoProcess";
import { ask } from "../runtime/frontendClient";
import { startClient } from "./chatClient";
import { passwordOf } from "./discoveryPlane";
import { fasterAlerts } from "./fasterAlerts";
import { type Scene, type SceneOptions, startScene } from "./metrics";

jest.setTimeout(180_000);

/** Names of alerts, of all scenes. */
const planned = new Set<string>();
const fired = new Set<string>();

let scene: Scene;
let directory: string;

async function start(options: Omit<SceneOptions, "directory" | "rules">): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), "alerts-"));
  scene = await startScene({ ...options, directory, rules: fasterAlerts });
  for (const { alerts } of scene.plan.alerts) for (const { name } of alerts) planned.add(name);
}
async function end(): Promise<void> {
  await scene?.kill();
  await rm(directory, { recursive: true, force: true });
}

afterAll(() => expect([...planned].filter((name) => !fired.has(name))).toEqual([]));

async function firing(): Promise<string[]> {
  const alerts = await scene.prometheus.alerts();
  return [
    ...new Set(alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels.alertname ?? "")),
  ];
}

async function expectToFire(...names: string[]): Promise<void> {
  for (const deadline = Date.now() + 90_000; ; await setTimeout(250)) {
    const now = await firing();
    if (names.every((name) => now.includes(name))) break;
    if (Date.now() > deadline)
      throw new Error(`${names.join(", ")} should fire, and ${now.join(", ") || "none"} does`);
  }
  for (const name of names) fired.add(name);
}

/** Under load, for as long as a quarter of an hour is here. */
async function expectSilence(): Promise<void> {
  const client = startClient(scene.runtime);
  await client.answers(20);
  await setTimeout(5_000); // what happened while it started is out of the short windows
  const heard = new Set<string>();
  for (let i = 0; i < 30; i++) {
    for (const name of await firing()) heard.add(name);
    await setTimeout(500);
  }
  await client.stop();
  expect([...heard]).toEqual([]);
}

const plane = () => {
  if (!scene.plane) throw new Error("the scene has no servers");
  return scene.plane;
};

describe("three members of each, runtime 1.6.1", () => {
  beforeAll(
    () =>
      start({
        version: "1.6.1",
        mode: "nats-etcd",
        replicas: 3,
        frontendArgs: ["--router-mode", "kv"],
        graph: {
          readyTimeout: "20s",
          objectives: { availability: 0.999 },
          frontend: { env: [{ name: "DYN_MIGRATION_LIMIT", value: "0" }] }, // else nothing fails with one worker
        },
      }),
    1_800_000,
  );
  afterAll(end);

  test("all is well", expectSilence);

  test("Prometheus loses its targets", async () => {
    await scene.prometheus.discover([]);
    await expectToFire("NatsMetricsMissing", "EtcdMetricsMissing", "DynamoMetricsMissing");
    await scene.prometheus.discover(scene.pods);
  });

  test("a pod of NATS is gone, and its exporter with it", async () => {
    await plane().nats.member(0).kill();
    await scene.prometheus.discover(scene.pods.filter(({ metadata }) => metadata?.name !== "nats-0"));
    await expectToFire("NatsMembersMissing");
    await scene.prometheus.discover(scene.pods);
    await plane().nats.startAll();
  });

  test("a member of NATS is killed, then a second one", async () => {
    await plane().nats.member(0).kill();
    await expectToFire("NatsDown");
    await plane().nats.member(1).kill();
    await expectToFire("NatsNoQuorum");
    await plane().nats.startAll();
  });

  test("NATS no longer knows the password of workers", async () => {
    const { auth, ...plan } = plane().plans.nats;
    const withPassword = (password: string) => {
      const files = natsSecretFiles(plan, { users: { 1: password }, route: passwordOf("route", 1) });
      return plane().nats.rollingRestart({ secrets: { [auth.metadata.name]: files } });
    };
    await withPassword("another".padEnd(32, "x"));
    await expectToFire("NatsNoConnections");
    await withPassword(passwordOf("nats", 1));
  });

  test("a worker is killed while requests come", async () => {
    // A frontend of 1.6 keeps away for seconds from a worker that has failed: of few requests more meet it.
    const client = startClient(scene.runtime, 250);
    await scene.runtime.workers[0]?.kill();
    await expectToFire("DynamoErrorBudgetBurn");
    await client.stop();
    await expectToFire("DynamoWorkersMissing");
  });

  test("etcd has lost what the frontend knows workers by", async () => {
    await plane()
      .etcdClient()
      .call("kv/deleterange", { key: btoa("v1/"), range_end: btoa("v10") });
    await expectToFire("DynamoDiscoveryMismatch");
  });

  test("the other worker is killed", async () => {
    await scene.runtime.workers[1]?.kill();
    await expectToFire("DynamoNoWorker");
  });

  test("a member of etcd is killed, then a second one", async () => {
    await plane().etcd.member(0).kill();
    await expectToFire("EtcdMembersMissing");
    await plane().etcd.member(1).kill();
    await expectToFire("EtcdNoQuorum");
  });

  test("the frontend is killed", async () => {
    await scene.runtime.frontend.kill();
    await expectToFire("DynamoNoFrontend");
  });
});

const oneAtATime = ["--max-num-seqs", "1"];

describe("single members and workers that take one request at a time, runtime 0.8.1", () => {
  beforeAll(
    () =>
      start({
        version: "0.8.1",
        mode: "nats-etcd",
        nats: { storage: "64Mi" },
        graph: { readyTimeout: "20s", objectives: { timeToFirstToken: 1, availability: 0.999 } },
        workers: [oneAtATime, oneAtATime],
      }),
    1_800_000,
  );
  afterAll(end);

  test("all is well", expectSilence);

  test("a worker is killed while requests come", async () => {
    await scene.runtime.workers[0]?.kill();
    const client = startClient(scene.runtime);
    await expectToFire("DynamoErrorBudgetBurn");
    await client.stop();
  });

  test("more requests come than the worker can answer", async () => {
    const { url, model } = scene.runtime;
    let isOver = false;
    const asked = (async () => {
      const answers: Promise<unknown>[] = [];
      for (; !isOver && answers.length < 1_500; await setTimeout(40))
        answers.push(ask(url, model, "hello").catch(() => undefined));
      await Promise.all(answers);
    })();
    await expectToFire("DynamoQueueGrowing")
      .then(() => expectToFire("DynamoFirstTokenSlow"))
      .finally(() => {
        isOver = true;
      });
    await asked;
  });

  test("a stream fills JetStream", async () => {
    const client = await plane().natsClient();
    await (await jetstreamManager(client)).streams.add({ name: "fill", subjects: ["fill"] });
    const megabyte = new Uint8Array(2 ** 20);
    for (let i = 0; i < 44; i++) await client.request("fill", megabyte, { timeout: 30_000 });
    await client.close();
    await expectToFire("NatsStorageHigh");
  });

  test("a client does not read", async () => {
    const [host = "", port] = plane().nats.service.split(":");
    const deaf = connect(Number(port), host).setEncoding("utf8");
    const options = { user: userOf(1), pass: passwordOf("nats", 1), verbose: false };
    await new Promise<void>((resolve, reject) => {
      let heard = "";
      deaf.on("error", reject).on("data", (text) => {
        heard += text;
        if (heard.includes("PONG")) resolve(); // it has subscribed
      });
      deaf.write(`CONNECT ${JSON.stringify(options)}\r\nSUB flood 1\r\nPING\r\n`);
    });
    deaf.pause();
    const client = await plane().natsClient();
    const megabyte = new Uint8Array(2 ** 20);
    for (let i = 0; i < 120; i++) client.publish("flood", megabyte);
    await client.flush();
    await expectToFire("NatsSlowConsumers");
    deaf.destroy();
    await client.close();
  });

  test("the frontend comes back in the other mode", async () => {
    const { frontend } = scene.runtime;
    await frontend.kill();
    const command = [await installRuntime("0.8.1"), "-m", "dynamo.frontend", "--http-host", frontend.address];
    const env = { DYN_STORE_KV: "mem", DYN_REQUEST_PLANE: "tcp", HF_HUB_OFFLINE: "1" };
    const other = await startProcess({
      name: "other",
      command: [...command, "--http-port", "8000"],
      env,
      directory,
    });
    await expectToFire("DynamoDiscoveryMismatch").finally(other.kill);
  });
});
