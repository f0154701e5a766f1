/** Who may do what on etcd, what happens when it fills its volume, and how it comes back from a snapshot. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gibibyte, toBytes } from "../../config/sizes";
import { etcdRestore } from "../../plan/servers/etcdRestore";
import { quotaOf } from "../../plan/servers/etcdSnapshots";
import { random } from "../random";
import { createDiscoveryPlane, type LocalDiscoveryPlane, passwordOf } from "./discoveryPlane";
import { type EtcdClient, etcdClient } from "./etcdClient";

jest.setTimeout(120_000);

let directory: string;
let plane: LocalDiscoveryPlane;

async function begin(etcd: object) {
  directory = await mkdtemp(join(tmpdir(), "etcd-"));
  plane = await createDiscoveryPlane({ etcd }, directory);
  await plane.etcd.startAll();
}

async function end() {
  await plane?.kill();
  await rm(directory, { recursive: true, force: true });
}

/** A client as the user, or as nobody. */
function as(name?: string, password = passwordOf("etcd", 1)): EtcdClient {
  return etcdClient(plane.etcd.service, name === undefined ? undefined : { name, password });
}
const root = () => as("root", passwordOf("root", 1));
const users = async () => (await root().call("auth/user/list")).users;

describe("etcd's users", () => {
  beforeAll(() => begin({}), 1_800_000);
  afterAll(end);

  test("are set up by a Job that may be ended at any point, and runs again", async () => {
    const next = random(1);
    for (let attempts = 0; attempts < 20; attempts++) {
      const signal = AbortSignal.timeout(Math.round(40 + next() * 120)); // Node needs about 100 ms to come up
      await plane.setUpUsers({ signal }).catch(({ name }) => expect(name).toBe("AbortError"));
    }
    expect(await plane.setUpUsers()).toBe("etcd asks who its clients are, and knows dynamo-1\n");
    expect(await plane.setUpUsers()).toBe("etcd asks who its clients are, and knows dynamo-1\n");
    expect(await users()).toEqual(["dynamo-1", "root"]);
  });

  test("read and write Dynamo's keys, and no others", async () => {
    const dynamo = as("dynamo-1");
    await dynamo.put("v1/instances/a", "b");
    expect(await dynamo.get("v1/instances/a")).toBe("b");
    for (const key of ["v1", "v10", "v2/a", "registry/secrets", "\0"]) {
      await expect(dynamo.get(key)).rejects.toThrow(/permission denied/);
      await expect(dynamo.put(key, "b")).rejects.toThrow(/permission denied/);
    }
    await expect(dynamo.keys("v")).rejects.toThrow(/permission denied/);
    await expect(dynamo.call("auth/user/list")).rejects.toThrow(/permission denied/);
  });

  test("are asked for their passwords", async () => {
    await expect(as().get("v1/instances/a")).rejects.toThrow(/user name is empty/);
    for (const wrong of [as("dynamo-1", "wrong"), as("nobody"), as("root", passwordOf("etcd", 1))])
      await expect(wrong.get("v1/instances/a")).rejects.toThrow(/authentication failed/);
  });

  test("that people made stay as they are", async () => {
    await root().call("auth/user/add", { name: "alice", password: "a password" });
    await plane.setUpUsers();
    expect(await users()).toEqual(["alice", "dynamo-1", "root"]);
  });

  test("of volumes with other passwords end the Job with what to do", async () => {
    await root().call("auth/user/changepw", { name: "root", password: "from elsewhere" });
    await expect(plane.setUpUsers()).rejects.toThrow(/etcd's root has none of the passwords of this stack/);
  });
});

describe("an etcd of 1Gi, as in dev", () => {
  beforeAll(() => begin({}), 1_800_000);
  afterAll(end);

  test("raises its alarm long before the volume is full", async () => {
    await plane.setUpUsers();
    const { config } = plane.plans.etcd;
    expect(config.storage).toBe("1Gi");
    const dynamo = as("dynamo-1");
    const value = "x".repeat(1_000_000);
    let refused = "";
    // What a busy disk makes of a request (a timeout, a leader lost) is no refusal.
    const refusal = /etcdserver: (mvcc: )?database space exceeded/;
    let peak = 0;
    // As churn as it can be: a third of the writes are of keys that exist.
    for (let i = 0; i < 2_000 && refused === ""; i++) {
      const key = `v1/${i % 3 === 0 ? "same" : i}`;
      await dynamo.put(key, value).catch(({ message }) => {
        if (refusal.test(message)) refused = message;
      });
      if (i % 10 === 0 || refused !== "") peak = Math.max(peak, await sizeOf(volumeOf("etcd-0")));
    }
    expect(refused).toMatch(refusal);
    console.log(
      `quota ${quotaOf(config)} of 1Gi: the alarm came at ${Math.round(peak / 2 ** 20)} MiB of the volume`,
    );
    expect(peak).toBeGreaterThan(toBytes(quotaOf(config)));
    expect(peak).toBeLessThan(gibibyte * 0.8);
    expect(await plane.etcd.member(0).probe("liveness")).toBe(true); // a restart would not help
  }, 600_000);
});

describe("a snapshot", () => {
  const keep = 2;
  beforeAll(() => begin({ replicas: 3, snapshots: { keep } }), 1_800_000);
  afterAll(end);

  const take = async (jobName: string) => {
    const pod = plane.plans.etcd.snapshots?.cronJob.spec.jobTemplate.spec.template.spec;
    if (!pod) throw new Error("there are no snapshots");
    await plane.runEtcdTool(pod, { jobName });
    return readdir(join(directory, "snapshots"));
  };

  test("is named after its Job, and the oldest go", async () => {
    await plane.setUpUsers();
    expect(await take("etcd-snapshot-1")).toEqual(["etcd-snapshot-1.db"]);
    await as("dynamo-1").put("v1/kept", "yes");
    for (const name of ["etcd-snapshot-2", "etcd-snapshot-3"]) {
      await setTimeout(1_100); // their order is that of the files' times
      await take(name);
    }
    expect(await take("etcd-snapshot-3")).toEqual(["etcd-snapshot-2.db", "etcd-snapshot-3.db"]);
  });

  test("brings back keys, users and passwords after the loss of every volume", async () => {
    const { header: before } = await as("dynamo-1").put("v1/later", "lost with the volumes");
    await plane.etcd.stopAll();
    for (const { name } of plane.etcd.members) await rm(volumeOf(name), { recursive: true });
    await plane.etcd.startAll(60_000); // empty, as it would come up by itself
    await plane.etcd.stopAll();
    await restore("etcd-snapshot-3.db");
    await plane.etcd.startAll(60_000);
    const dynamo = as("dynamo-1");
    expect(await dynamo.get("v1/kept")).toBe("yes");
    expect(await dynamo.get("v1/later")).toBeUndefined();
    const { header: after } = await dynamo.put("v1/after", "");
    expect(Number(after.revision)).toBeGreaterThan(Number(before.revision) + 999_999_999);
    await expect(as().get("v1/kept")).rejects.toThrow(/user name is empty/);
    expect(await plane.setUpUsers()).toBe("etcd asks who its clients are, and knows dynamo-1\n");
  });

  test("that is missing or broken leaves what the members hold", async () => {
    await plane.etcd.stopAll();
    await expect(restore("etcd-snapshot-9.db")).rejects.toThrow(/etcd-snapshot-9.db/);
    await plane.etcd.startAll(60_000);
    expect(await as("dynamo-1").get("v1/kept")).toBe("yes");
  });

  const restore = async (snapshot: string) => {
    for (const [i, job] of etcdRestore(plane.plans.etcd, snapshot).entries())
      await plane.runEtcdTool(job.spec.template.spec, { member: `etcd-${i}` });
  };
});

const volumeOf = (member: string) => join(directory, member, "var/lib/etcd");

/** Bytes that the files below a folder take of its volume. */
async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const blocks = files.map((file) =>
    stat(join(folder, file)).then(
      (found) => found.blocks * 512,
      () => 0, // gone meanwhile
    ),
  );
  return (await Promise.all(blocks)).reduce((sum, size) => sum + size, 0);
}
