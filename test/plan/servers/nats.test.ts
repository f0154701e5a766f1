import { natsSecretFiles } from "../../../plan/servers/natsConf";
import { nats } from "./natsEtcdPlan";

const three = { replicas: 3, storage: "10Gi" };

test("three members form a cluster, and JetStream leaves a fifth of the volume free", () => {
  expect(nats(three).configMap.data["nats.conf"]).toMatchInlineSnapshot(`
"server_name: $SERVER_NAME
port: 4222
http_port: 8222
pid_file: /var/run/nats/nats.pid
max_payload: 15728640
lame_duck_duration: 30s
include ./users.conf

jetstream {
  store_dir: /data
  max_memory_store: 0
  max_file_store: 8589934592
}

cluster {
  name: nats
  port: 6222
  no_advertise: true
  include ./routes.conf
}
"
`);
});

test("a single member has no cluster, and no password for one", () => {
  const plan = nats();
  const { configMap } = plan;
  expect(configMap.data["nats.conf"]).not.toContain("cluster");
  expect(Object.keys(natsSecretFiles(plan, { users: { 1: "a" }, route: "b" }))).toEqual(["users.conf"]);
});

test("passwords are in files of their own, quoted, and nowhere else", () => {
  const plan = nats(three);
  const { configMap, members } = plan;
  expect(natsSecretFiles(plan, { users: { 1: "123456", 2: "5K" }, route: "1e5" })).toMatchInlineSnapshot(`
{
  "routes.conf": "authorization { user: "route", password: "1e5" }
routes: [
  "nats://route:1e5@nats-0.nats-headless.nats-system.svc.cluster.local:6222"
  "nats://route:1e5@nats-1.nats-headless.nats-system.svc.cluster.local:6222"
  "nats://route:1e5@nats-2.nats-headless.nats-system.svc.cluster.local:6222"
]
",
  "users.conf": "authorization {
  users: [
    { user: "dynamo-1", password: "123456" }
    { user: "dynamo-2", password: "5K" }
  ]
}
",
}
`);
  expect(JSON.stringify([configMap, members])).not.toMatch(/password/i);
});

test("a new generation of passwords rolls the members, and so does a change of the file", () => {
  const template = (config: object, discovery?: object) =>
    nats(config, discovery).members.statefulSet.spec.template;
  expect(template(three, { credentials: { generation: 2 } })).not.toEqual(template(three));
  expect(template({ ...three, storage: "11Gi" }).metadata).not.toEqual(template(three).metadata);
});

test("Go's memory limit is four fifths of the container's", () => {
  const [server] = nats({ memory: "2Gi" }).members.statefulSet.spec.template.spec.containers;
  expect(server).toMatchObject({
    env: expect.arrayContaining([{ name: "GOMEMLIMIT", value: "1638MiB" }]),
    resources: { requests: { memory: "2Gi" }, limits: { memory: "2Gi" } },
  });
});
