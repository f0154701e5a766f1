/** What verify reads of the members of NATS and etcd, over their own APIs. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { readEtcd } from "../../../commands/verify/readEtcd";
import { Unread } from "../../../commands/verify/reading";
import { readNats } from "../../../commands/verify/readNats";
import { fakeCluster } from "../stack/fakeCluster";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Asked {
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** A pod that answers so, by path; what it is asked is noted. */
async function member(name: string, answers: Readonly<Record<string, object>>, status = 200) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const body = request.method === "POST" ? await json(request) : undefined;
    asked.push({ path, token: request.headers.authorization, body });
    response.writeHead(status).end(JSON.stringify(answers[path] ?? {}));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const cluster = fakeCluster({ pods: { [name]: (server.address() as AddressInfo).port } });
  return { cluster, pods: [{ namespace: "servers", name }], asked };
}

const instances = Buffer.from("v1/instances/a").toString("base64");
const header = { cluster_id: "7", member_id: "8" };

describe("etcd", () => {
  test("leaves out what is zero, as protobuf does", async () => {
    const answers = { "/v3/maintenance/status": { header: { member_id: "8" } } };
    const { cluster, pods } = await member("etcd-0", answers);
    expect(await readEtcd(cluster, pods, { user: undefined })).toEqual({
      members: [
        {
          pod: "etcd-0",
          status: {
            header: { cluster_id: "0", member_id: "8" },
            leader: "0",
            dbSize: 0,
            dbSizeQuota: 0,
            errors: [],
          },
        },
      ],
      keys: [],
    });
  });

  test("is asked with a user's token for what begins with v1/instances/", async () => {
    const { cluster, pods, asked } = await member("etcd-0", {
      "/v3/auth/authenticate": { token: "t" },
      "/v3/maintenance/status": { header, leader: "9", dbSize: "12", dbSizeQuota: "34", errors: ["NOSPACE"] },
      "/v3/kv/range": { kvs: [{ key: instances }] },
    });
    const user = { name: "dynamo", password: "p" };
    const { members, keys } = await readEtcd(cluster, pods, { user });
    expect(members[0]?.status).toEqual({
      header,
      leader: "9",
      dbSize: 12,
      dbSizeQuota: 34,
      errors: ["NOSPACE"],
    });
    expect(keys).toEqual(["v1/instances/a"]);
    expect(asked[0]).toEqual({ path: "/v3/auth/authenticate", token: undefined, body: user });
    const [range] = asked.filter(({ path }) => path === "/v3/kv/range");
    const [key, end] = ["v1/instances/", "v1/instances0"].map((text) => Buffer.from(text).toString("base64"));
    expect(range).toEqual({
      path: "/v3/kv/range",
      token: "t",
      body: { key, range_end: end, keys_only: true },
    });
  });

  test("says why it does not answer, and so do its keys", async () => {
    const answers = {
      "/v3/maintenance/status": { message: "no leader" },
      "/v3/kv/range": { message: "no leader" },
    };
    const { cluster, pods } = await member("etcd-0", answers, 503);
    const why = new Unread("etcd-0: no leader", false);
    expect(await readEtcd(cluster, pods, { user: undefined })).toEqual({
      members: [{ pod: "etcd-0", status: why }],
      keys: why,
    });
  });

  test("that has no member has no keys", async () => {
    const { keys } = await readEtcd(fakeCluster(), [], { user: undefined });
    expect(keys).toEqual(new Unread("no member of etcd runs", false));
  });
});

describe("NATS", () => {
  const connz = { connections: [{ authorized_user: "dynamo-1" }, {}] };

  test("tells its health, its cluster and the users of its connections", async () => {
    const { cluster, pods } = await member("nats-0", {
      "/healthz": { status: "ok" },
      "/jsz": { meta_cluster: { leader: "nats-1", cluster_size: 3 } },
      "/connz": connz,
    });
    const status = { health: "ok", cluster: { leader: "nats-1", size: 3 }, users: ["dynamo-1", ""] };
    expect(await readNats(cluster, pods)).toEqual([{ pod: "nats-0", status }]);
  });

  test("that is not healthy says why, with or without a cluster", async () => {
    const unwell = { "/healthz": { status: "unavailable", error: "JetStream is not current" } };
    const { cluster, pods } = await member("nats-0", unwell, 503);
    const status = { health: "JetStream is not current", cluster: undefined, users: [] };
    expect(await readNats(cluster, pods)).toEqual([{ pod: "nats-0", status }]);
  });
});
