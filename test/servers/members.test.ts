/** NATS and etcd as processes of this machine, which the other tests of the real servers stand on. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@nats-io/transport-node";
import pWaitFor from "p-wait-for";
import { stackConfig } from "../../config/schema";
import { credentials, userOf } from "../../plan/servers/credentials";
import { planEtcd } from "../../plan/servers/etcd";
import { planNats } from "../../plan/servers/nats";
import { natsSecretFiles } from "../../plan/servers/natsConf";
import { surroundingsOf } from "../../plan/servers/surroundings";
import { buildTools, type Tools } from "../../rehearsal/tools";
import { createMembers, type Members, type MembersOptions } from "../members/members";
import { etcdClient } from "./etcdClient";

jest.setTimeout(60_000);

const size = { storage: "1Gi", cpu: "500m", memory: "256Mi" };
const around = surroundingsOf(stackConfig.parse({}));
const context = {
  clients: ["dynamo"],
  monitoring: "monitoring",
  credentials: credentials(1),
  encryption: undefined,
  around,
};
const passwords = { users: { 1: "a-user's" }, route: "a-route's" };

let tools: Tools<"natsServer" | "etcd">;
let directory: string;
let nats: Members;
let etcd: Members;

beforeAll(async () => {
  tools = await buildTools(["natsServer", "etcd"], { report: console.log });
  directory = await mkdtemp(join(tmpdir(), "members-"));
  nats = createMembers(natsOptions(3));
  etcd = createMembers(etcdOptions(3));
  for (const all of [nats, etcd]) {
    const started = Date.now();
    await all.startAll();
    console.log(`${all.member(0).name} and its peers are Ready after ${Date.now() - started} ms`);
  }
}, 1_800_000);

afterAll(async () => {
  await Promise.all([nats?.killAll(), etcd?.killAll()]);
  await rm(directory, { recursive: true });
});

function natsOptions(replicas: number): MembersOptions {
  const config = { ...size, replicas };
  const { members, configMap, auth } = planNats(config, context);
  return {
    statefulSet: members.statefulSet,
    service: members.services.client,
    configMaps: { [configMap.metadata.name]: configMap.data },
    secrets: { [auth.metadata.name]: natsSecretFiles({ config, around }, passwords) },
    binaries: { "nats-server": tools.natsServer },
    directory,
  };
}

function etcdOptions(replicas: number): MembersOptions {
  const { statefulSet, services } = planEtcd({ ...size, replicas }, context).members;
  return { statefulSet, service: services.client, binaries: { etcd: tools.etcd }, directory };
}

/** What a client of NATS hears of its own message. */
async function echo(text: string): Promise<string | undefined> {
  const client = await connect({ servers: nats.service, user: userOf(1), pass: passwords.users[1] });
  try {
    const messages = client.subscribe("echo", { max: 1 });
    client.publish("echo", text);
    for await (const message of messages) return message.string();
  } finally {
    await client.close();
  }
}

/** The value that etcd has for a key, after it has taken one if one is given. */
async function value(key: string, given?: string): Promise<string | undefined> {
  const client = etcdClient(etcd.service);
  if (given !== undefined) await client.put(key, given);
  return client.get(key);
}

/** What listens on the networks of NATS and etcd, as the kernel has it. */
async function listeners(): Promise<string[]> {
  const networks = [nats, etcd].map((all) => all.service.replace(/\d+:\d+$/, ""));
  const table = await readFile("/proc/net/tcp", "utf8");
  const sockets = table.matchAll(/: (\w{2})(\w{2})(\w{2})(\w{2}):(\w{4}) \w+:\w+ 0A /g); // state LISTEN
  return [...sockets]
    .map(([, ...hex]) => hex.map((digits) => Number.parseInt(digits, 16)))
    .map(([d, c, b, a, port]) => `${a}.${b}.${c}.${d}:${port}`)
    .filter((address) => networks.some((network) => address.startsWith(network)));
}

/** Processes that work on files of a folder. */
async function processesIn(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "args="]);
  return stdout.split("\n").filter((line) => line.includes(`${folder}/`));
}

test("every member passes every probe", async () => {
  const results = [...nats.members, ...etcd.members].flatMap((member) =>
    (["startup", "readiness", "liveness"] as const).map((probe) => member.probe(probe)),
  );
  expect(await Promise.all(results)).toEqual(Array(18).fill(true));
});

test("clients reach them by their Services", async () => {
  expect(await echo("hello")).toBe("hello");
  expect(await value("v1/greeting", "hello")).toBe("hello");
});

test("one that is killed is no endpoint any more, and the others serve", async () => {
  const [killed, ...others] = [etcd.member(0), etcd.member(1), etcd.member(2)];
  await killed.kill();
  expect(killed.isReady).toBe(false);
  expect(await killed.probe("liveness")).toBe(false);
  for (const other of others) await pWaitFor(() => other.probe("readiness"), { interval: 100 }); // they elect a leader
  for (const given of ["1", "2", "3", "4"]) expect(await value("v1/count", given)).toBe(given);
  await killed.start();
  await killed.untilReady();
});

test("one that stops runs its preStop hook first, and keeps no volume but its own", async () => {
  const [stopped, folder] = [nats.member(0), join(directory, "nats-0")];
  for (const volume of ["data", "var/run/nats"]) await writeFile(join(folder, volume, "file"), "");
  await stopped.stop();
  expect(stopped.pid).toBeUndefined();
  expect(await stopped.log(1000)).toMatch(/Entering lame duck mode.*Server Exiting/s);
  await stopped.start();
  await stopped.untilReady();
  expect(existsSync(join(folder, "data/file"))).toBe(true);
  expect(existsSync(join(folder, "var/run/nats/file"))).toBe(false);
});

test("a rolling restart goes from the last to the first, one at a time", async () => {
  for (const all of [nats, etcd]) {
    const before = all.members.map(({ pid }) => pid);
    const restarted = new Set<number>();
    let fewestReady = all.members.length;
    const watch = setInterval(() => {
      for (const [ordinal, { pid }] of all.members.entries())
        if (pid !== before[ordinal]) restarted.add(ordinal);
      fewestReady = Math.min(fewestReady, all.members.filter(({ isReady }) => isReady).length);
    }, 1);
    await all.rollingRestart().finally(() => clearInterval(watch));
    expect([...restarted]).toEqual([2, 1, 0]);
    expect(fewestReady).toBe(2);
  }
  expect(await echo("still here")).toBe("still here");
});

test("nothing runs or listens once they are stopped", async () => {
  expect(await listeners()).toHaveLength(6 * 3 + 2); // the members' ports, and the Services'
  await Promise.all([nats.stopAll(), etcd.stopAll()]);
  expect(await listeners()).toEqual([]);
  expect(await processesIn(directory)).toEqual([]);
});

test("killed, the process that started one takes it along", async () => {
  const folder = join(directory, "alone");
  const program = `
    const { createMembers } = require("./test/members/members");
    createMembers(${JSON.stringify({ ...natsOptions(1), directory: folder })})
      .startAll().then(() => console.log("Ready"));`;
  const owner = spawn(process.execPath, ["--import", "tsx", "--eval", program], {
    cwd: join(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(owner, "exit");
  await Promise.race([once(owner.stdout, "data"), ended]); // it says that all are Ready
  const running = await processesIn(folder);
  owner.kill("SIGKILL");
  await ended;
  expect(running).toHaveLength(1);
  await pWaitFor(async () => (await processesIn(folder)).length === 0, { interval: 50, timeout: 5_000 });
});
