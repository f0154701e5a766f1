/** Three members each, and what happens to what they have confirmed when some of them go. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import pWaitFor from "p-wait-for";
import { userOf } from "../../plan/servers/credentials";
import type { Members } from "../members/members";
import { random } from "../random";
import { keys, loadEtcd, loadNats, messages } from "./clients";
import { createDiscoveryPlane, type LocalDiscoveryPlane, passwordOf } from "./discoveryPlane";
import type { EtcdClient } from "./etcdClient";
import { type Load, lost } from "./load";

jest.setTimeout(240_000);

const discovery = { nats: { replicas: 3 }, etcd: { replicas: 3 } };

let directory: string;
let plane: LocalDiscoveryPlane;
let natsClient: NatsConnection;
let etcdClient: EtcdClient;
let loads: { nats: Load; etcd: Load };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "faults-"));
  plane = await createDiscoveryPlane(discovery, directory);
  await plane.start();
  natsClient = await plane.natsClient();
  etcdClient = plane.etcdClient();
  loads = { nats: await loadNats(natsClient), etcd: loadEtcd(etcdClient) };
}, 900_000);

afterAll(async () => {
  const writes = servers.map((server) => `${loads?.[server].acknowledged.size} of ${server}`);
  console.log([...figures, `confirmed writes: ${writes.join(", ")}`].join("\n"));
  await Promise.all([loads?.nats.stop(), loads?.etcd.stop()]);
  await natsClient?.close();
  await plane?.kill();
  await rm(directory, { recursive: true, force: true });
});

const servers = ["nats", "etcd"] as const;
/** SEED=3 repeats one round. */
const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: 20 }, (_, i) => i + 1);
const figures: string[] = [];
const found = { nats: () => messages(natsClient), etcd: () => keys(etcdClient) };
const others = (all: Members, ordinals: readonly number[]) =>
  all.members.filter((_, ordinal) => !ordinals.includes(ordinal));

async function expectNothingLost(server: (typeof servers)[number]) {
  await loads[server].goesOn();
  const { currentTestName } = expect.getState();
  figures.push(`${currentTestName} · ${server}: paused for ${loads[server].longestPause()} ms at most`);
  expect(await lost(loads[server], found[server])).toEqual([]);
}

describe.each(servers)("%s", (server) => {
  test.each([0, 1, 2])("goes on without member %i, and loses nothing", async (ordinal) => {
    const all = plane[server];
    const before = loads[server].acknowledged.size;
    await all.member(ordinal).kill();
    await loads[server].goesOn();
    await loads[server].goesOn();
    expect(loads[server].acknowledged.size).toBeGreaterThan(before);
    await all.member(ordinal).start();
    await all.member(ordinal).untilReady();
    await expectNothingLost(server);
  });

  test("confirms nothing with one of three, but lives, and loses nothing when the others return", async () => {
    const all = plane[server];
    const survivor = all.member(1);
    await Promise.all(others(all, [1]).map((member) => member.kill()));
    await setTimeout(9_000); // etcd gives a leader 7 s to come up
    const confirmed = loads[server].acknowledged.size;
    await setTimeout(3_000);
    expect(loads[server].acknowledged.size).toBe(confirmed);
    expect(await survivor.probe("liveness")).toBe(true);
    // Core messages still pass one NATS, so it keeps its clients. An etcd without a leader has nothing to say.
    expect(await survivor.probe("readiness")).toBe(server === "nats");
    // Whether it may join a rolling restart: NATS takes a while to notice that nobody leads.
    if (server === "nats") await pWaitFor(async () => !(await survivor.probe("startup")), { interval: 500 });
    for (const member of others(all, [1])) await member.start();
    for (const member of all.members) await member.untilReady(60_000);
    await expectNothingLost(server);
  });

  test("restarts member by member under load, and loses nothing", async () => {
    await plane[server].rollingRestart();
    await expectNothingLost(server);
  });
});

test("20 rounds of members killed and started at random end with all of them Ready and nothing lost", async () => {
  for (const seed of seeds) {
    const next = random(seed);
    const pick = (count: number) => Math.floor(next() * count);
    const steps: string[] = [];
    for (let faults = 1 + pick(4); faults > 0; faults--) {
      const member = plane[servers[pick(2)] ?? "nats"].member(pick(3));
      const fault = (["kill", "stop", "start"] as const)[pick(3)] ?? "kill";
      steps.push(`${fault} ${member.name}`);
      // Its end is not waited for: the next fault comes while it stops.
      void member[fault]();
      await setTimeout(next() * 400);
    }
    console.log(`seed ${seed}: ${steps.join(", ")}`);
    for (const server of servers) {
      for (const member of plane[server].members) await member.start();
      for (const member of plane[server].members) await member.untilReady(60_000);
    }
    for (const server of servers) await expectNothingLost(server);
  }
}, 900_000);

test("passwords rotate under load: the ones before stay valid, those before them do not", async () => {
  const users = (generation: number) => ({
    nats: { user: userOf(generation), pass: passwordOf("nats", generation) },
    etcd: { name: userOf(generation), password: passwordOf("etcd", generation) },
  });
  const isValid = async (generation: number) => {
    const nats = await plane.natsClient(users(generation).nats).catch((error: Error) => error.message);
    const etcd = await plane
      .etcdClient(users(generation).etcd)
      .get("v1/x")
      .catch((error: Error) => error.message);
    if (typeof nats !== "string") await nats.close();
    return { nats: typeof nats === "string" ? nats : true, etcd: etcd ?? true };
  };
  await plane.rotate(2);
  expect(await isValid(1)).toEqual({ nats: true, etcd: true });
  expect(await isValid(2)).toEqual({ nats: true, etcd: true });
  for (const server of servers) await expectNothingLost(server); // these clients are of generation 1
  await plane.rotate(3);
  expect(await isValid(1)).toEqual({
    nats: expect.stringMatching(/authorization/i),
    etcd: expect.stringMatching(/auth/i),
  });
  expect(await isValid(2)).toEqual({ nats: true, etcd: true });
  expect(await isValid(3)).toEqual({ nats: true, etcd: true });
});
