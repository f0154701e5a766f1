import { natsEtcdPlan } from "./natsEtcdPlan";

const secretsOf = (env: readonly object[]) => [
  ...new Set(env.flatMap((variable) => JSON.stringify(variable).match(/[a-z]+-client-\d+/g) ?? [])),
];

test("pods authenticate by Secrets of their namespace, and their manifest holds no password", () => {
  expect(natsEtcdPlan().env).toEqual([
    { name: "NATS_SERVER", value: "nats://nats.nats-system:4222" },
    { name: "NATS_AUTH_USERNAME", valueFrom: { secretKeyRef: { name: "nats-client-1", key: "username" } } },
    { name: "NATS_AUTH_PASSWORD", valueFrom: { secretKeyRef: { name: "nats-client-1", key: "password" } } },
    { name: "ETCD_ENDPOINTS", value: "http://etcd.etcd-system:2379" },
    { name: "ETCD_AUTH_USERNAME", valueFrom: { secretKeyRef: { name: "etcd-client-1", key: "username" } } },
    { name: "ETCD_AUTH_PASSWORD", valueFrom: { secretKeyRef: { name: "etcd-client-1", key: "password" } } },
  ]);
});

test("one number rotates them: the graphs' pods take other Secrets, and the generation before stays valid", () => {
  const { env, servers, summary } = natsEtcdPlan({ credentials: { generation: 3 } });
  expect(secretsOf(env)).toEqual(["nats-client-3", "etcd-client-3"]);
  expect(servers.credentials.valid).toEqual([3, 2]);
  expect(summary.map(({ users }) => users)).toEqual([
    ["dynamo-3", "dynamo-2"],
    ["dynamo-3", "dynamo-2"],
  ]);
});

test("servers of someone else are only named", () => {
  const { env, servers, summary, podMonitors } = natsEtcdPlan({
    nats: { external: true, server: "tls://nats.example.com:4222", secret: "nats-user" },
    etcd: { external: true, endpoints: ["http://a:2379", "http://b:2379"] },
  });
  expect(env).toEqual([
    { name: "NATS_SERVER", value: "tls://nats.example.com:4222" },
    { name: "NATS_AUTH_USERNAME", valueFrom: { secretKeyRef: { name: "nats-user", key: "username" } } },
    { name: "NATS_AUTH_PASSWORD", valueFrom: { secretKeyRef: { name: "nats-user", key: "password" } } },
    { name: "ETCD_ENDPOINTS", value: "http://a:2379,http://b:2379" },
  ]);
  expect([servers.nats, servers.etcd, podMonitors]).toEqual([undefined, undefined, []]);
  expect(summary).toEqual([
    { server: "nats", address: "tls://nats.example.com:4222", users: ["from Secret nats-user"] },
    { server: "etcd", address: "http://a:2379,http://b:2379", users: [] },
  ]);
});

test("an etcd that asks for certificates gets the PEM text out of a Secret", () => {
  const { env, summary } = natsEtcdPlan({
    etcd: { external: true, endpoints: ["https://a:2379"], certificate: "etcd-tls" },
  });
  expect(env.slice(3)).toEqual([
    { name: "ETCD_ENDPOINTS", value: "https://a:2379" },
    { name: "ETCD_AUTH_CA", valueFrom: { secretKeyRef: { name: "etcd-tls", key: "ca.crt" } } },
    { name: "ETCD_AUTH_CLIENT_CERT", valueFrom: { secretKeyRef: { name: "etcd-tls", key: "tls.crt" } } },
    { name: "ETCD_AUTH_CLIENT_KEY", valueFrom: { secretKeyRef: { name: "etcd-tls", key: "tls.key" } } },
  ]);
  expect(summary[1]?.users).toEqual(["from Secret etcd-tls"]);
});
