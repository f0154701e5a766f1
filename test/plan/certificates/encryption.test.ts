/** What `dynamo:encryption` makes of a stack's plan. */
import { stackConfig } from "../../../config/schema";
import { at } from "../../../gpus/manifest";
import { fixedSettingChanges } from "../../../plan/fixedSettings";
import { summariseGraphs } from "../../../plan/graph/summary";
import { certificateAlerts } from "../../../plan/monitoring/certificateAlerts";
import { etcdRestore } from "../../../plan/servers/etcdRestore";
import { planStack } from "../../../plan/stack";

const chat = { name: "chat", model: "m" };
const halves = { ...chat, prefill: { gpus: 1 }, decode: { gpus: 1 } };
const events = { ...chat, router: { mode: "kv" } };

const plan = (config: object = {}, before?: Parameters<typeof planStack>[1]) =>
  planStack(stackConfig.parse({ graphs: [chat], encryption: { issuer: "own" }, ...config }), before);
const servers = (config: object = {}) => {
  const { discovery } = plan({ discovery: { mode: "nats-etcd", etcd: { snapshots: {} } }, ...config });
  const { nats, etcd } = discovery.servers ?? {};
  if (!nats || !etcd) throw new Error("no servers");
  return { nats, etcd, discovery };
};
const names = (env: readonly { readonly name: string }[]) => env.map(({ name }) => name);

test("every pod of a graph gets the certificate of its generation, as server and as client", () => {
  const { discovery, graphs } = plan({ graphs: [halves], encryption: { issuer: "own", generation: 3 } });
  expect(discovery.env).toEqual([
    { name: "DYN_TCP_TLS_CERT_PATH", value: "/etc/dynamo-tls/tls.crt" },
    { name: "DYN_TCP_TLS_KEY_PATH", value: "/etc/dynamo-tls/tls.key" },
    { name: "DYN_TCP_TLS_CLIENT_CA_CERT_PATH", value: "/etc/dynamo-tls/ca.crt" },
    { name: "DYN_TCP_TLS_CA_CERT_PATH", value: "/etc/dynamo-tls/ca.crt" },
    { name: "DYN_TCP_TLS_CLIENT_CERT_PATH", value: "/etc/dynamo-tls/tls.crt" },
    { name: "DYN_TCP_TLS_CLIENT_KEY_PATH", value: "/etc/dynamo-tls/tls.key" },
    { name: "DYN_TCP_TLS_SERVER_NAME", value: "dynamo.internal" },
  ]);
  for (const { container, pod } of graphs[0]?.components ?? []) {
    expect(container.volumeMounts).toContainEqual({
      name: "dynamo-tls",
      mountPath: "/etc/dynamo-tls",
      readOnly: true,
    });
    expect(pod.volumes).toContainEqual({ name: "dynamo-tls", secret: { secretName: "dynamo-tls-3" } });
  }
  expect(graphs[0]?.components).toHaveLength(3);
  expect(discovery.encryption).toMatchObject({
    trusted: [2, 3, 4],
    certificate: { metadata: { name: "dynamo-tls-3", namespace: "dynamo" }, subject: "dynamo" },
    copies: [],
  });
});

test("without it there are none", () => {
  const { discovery, graphs } = plan({ encryption: undefined });
  expect([discovery.env, discovery.volumes, discovery.encryption]).toEqual([[], [], undefined]);
  expect(graphs[0]?.components.flatMap(({ pod }) => pod.volumes ?? [])).toEqual([]);
});

test("graphs reach NATS and etcd by TLS, and show etcd no password", () => {
  const { env, servers: own, summary } = servers().discovery;
  expect(env).toContainEqual({ name: "NATS_SERVER", value: "tls://nats.nats-system:4222" });
  expect(env).toContainEqual({ name: "ETCD_ENDPOINTS", value: "https://etcd.etcd-system:2379" });
  expect(names(env).slice(7)).toEqual([
    ...["NATS_SERVER", "NATS_AUTH_USERNAME", "NATS_AUTH_PASSWORD"],
    ...["NATS_TLS_CA_CERT_PATH", "NATS_TLS_CLIENT_CERT_PATH", "NATS_TLS_CLIENT_KEY_PATH"],
    ...["ETCD_ENDPOINTS", "ETCD_AUTH_CA", "ETCD_AUTH_CLIENT_CERT", "ETCD_AUTH_CLIENT_KEY"],
  ]);
  expect(own?.etcd?.url).toBe("https://etcd.etcd-system:2379");
  expect(summary[1]).toMatchObject({
    users: ["dynamo, by certificate", "dynamo-1"],
    secrets: { password: "etcd-client-1", certificate: "dynamo-tls-1" },
  });
});

test("members ask clients and each other for certificates of their own Secrets", () => {
  const { nats, etcd } = servers({
    discovery: { mode: "nats-etcd", nats: { replicas: 3 }, etcd: { replicas: 3 } },
  });
  const conf = nats.configMap.data["nats.conf"];
  const block =
    "tls {\n  cert_file: /etc/tls/tls.crt\n  key_file: /etc/tls/tls.key\n  ca_file: /etc/tls/ca.crt\n  verify: true\n";
  expect(conf).toContain(`\n${block}`);
  expect(conf).toContain(block.replace(/^/gm, "  ").trimEnd());
  const { args } = etcd.members.statefulSet.spec.template.spec.containers[0] as unknown as { args: string[] };
  expect(args.filter((arg) => /cert|key|ca-file/.test(arg))).toEqual([
    "--cert-file=/etc/tls/tls.crt",
    "--key-file=/etc/tls/tls.key",
    "--trusted-ca-file=/etc/tls/ca.crt",
    "--client-cert-auth",
    "--peer-cert-file=/etc/tls/tls.crt",
    "--peer-key-file=/etc/tls/tls.key",
    "--peer-trusted-ca-file=/etc/tls/ca.crt",
    "--peer-client-cert-auth",
  ]);
  expect(args.join("\n").match(/http:\/\/\S+/g)).toEqual(["http://0.0.0.0:2381"]); // metrics
  for (const [server, { members }] of Object.entries({ nats, etcd }))
    expect(at(members.statefulSet, "spec", "template", "spec", "volumes")).toContainEqual({
      name: "tls",
      secret: { secretName: `${server}-tls-1`, defaultMode: 0o440 },
    });
  expect(nats.certificate?.hosts).toEqual([
    "nats.nats-system",
    "nats.nats-system.svc",
    "nats.nats-system.svc.cluster.local",
    ...[0, 1, 2].map((i) => `nats-${i}.nats-headless.nats-system.svc.cluster.local`),
    "localhost",
  ]);
  expect(etcd.certificate?.subject).toBeUndefined();
});

test("the Jobs of etcd speak TLS too, and a restore begins a cluster of the same addresses", () => {
  const { etcd } = servers();
  expect(etcd.access.job.spec.template.spec.containers[0]?.args).toEqual([
    "https://etcd.etcd-system:2379",
    "/etc/etcd-auth/access.json",
    "/etc/tls",
  ]);
  expect(etcd.snapshots?.cronJob.spec.jobTemplate.spec.template.spec.initContainers[0]?.args).toEqual(
    expect.arrayContaining([
      "--endpoints=https://etcd.etcd-system:2379",
      "--cacert=/etc/tls/ca.crt",
      "--cert=/etc/tls/tls.crt",
      "--key=/etc/tls/tls.key",
    ]),
  );
  const restored = JSON.stringify(etcdRestore(etcd, "etcd-snapshot-1.db"));
  expect(restored).toContain("https://etcd-0.etcd-headless");
  expect(restored).not.toContain("http://");
});

test("graphs of other stacks get certificates of this generation and the one before", () => {
  const { discovery } = plan({
    discovery: { mode: "nats-etcd", clientNamespaces: ["team-b"] },
    encryption: { issuer: "own", generation: 2 },
  });
  expect(discovery.encryption?.copies.map(({ metadata }) => metadata)).toEqual([
    { name: "discovery-tls-2", namespace: "team-b" },
    { name: "discovery-tls-1", namespace: "team-b" },
  ]);
});

test("a NATS of someone else is shown its own certificate", () => {
  const nats = { external: true, server: "tls://nats.example.com:4222", certificate: "nats-client" };
  const { env, volumes } = plan({ discovery: { mode: "nats-etcd", nats }, encryption: undefined }).discovery;
  expect(env).toContainEqual({ name: "NATS_TLS_CLIENT_KEY_PATH", value: "/etc/nats-tls/tls.key" });
  expect(volumes.map(({ volume }) => volume)).toEqual([
    { name: "nats-tls", secret: { secretName: "nats-client" } },
  ]);
});

test("a graph with it is another than one without, and its own in every generation", () => {
  const nameOf = (config: object) => plan(config).graphs[0]?.deployment.metadata.name;
  expect(nameOf({ encryption: undefined })).toBe("chat");
  expect(nameOf({})).toMatch(/^g[0-9a-f]{4}-chat$/);
  expect(nameOf({ encryption: { issuer: "own", generation: 2 } })).toBe(nameOf({}));
  const { graphs, runtime } = plan({ encryption: undefined });
  const { switchover } = plan({}, summariseGraphs(graphs, runtime));
  expect(Object.keys(switchover.replaced)).toEqual(["chat"]);
});

test.each([
  [1, 2, undefined],
  [2, 1, undefined],
  [1, 3, "write dynamo:encryption.generation: 2 first"],
  [4, 1, "write dynamo:encryption.generation: 3 first"],
])("from generation %d to %d: %s", (from, to, refusal) => {
  const { graphs, runtime } = plan({ encryption: { issuer: "own", generation: from } });
  const { refusals } = plan(
    { encryption: { issuer: "own", generation: to } },
    summariseGraphs(graphs, runtime),
  );
  expect(refusals).toEqual(refusal === undefined ? [] : [expect.stringContaining(refusal)]);
});

test("it can't begin or end where the stack runs NATS and etcd", () => {
  const headless = (config: object) => servers(config).etcd.members.services.headless;
  const [plain, encrypted] = [headless({ encryption: undefined }), headless({})];
  expect(fixedSettingChanges(plain, encrypted)).toEqual([
    expect.stringMatching(/^✖ can't begin where NATS and etcd are: .* → at dynamo:encryption$/),
  ]);
  expect(fixedSettingChanges(encrypted, plain)).toEqual([expect.stringMatching(/^✖ can't end where /)]);
  expect(fixedSettingChanges(encrypted, headless({ encryption: { issuer: "own", generation: 2 } }))).toEqual(
    [],
  );
  expect(fixedSettingChanges(plain, plain)).toEqual([]);
});

const plain: [string, object, RegExp | undefined][] = [
  ["round robin", { graphs: [chat] }, undefined],
  ["KV events over ZMQ", { graphs: [events] }, /^events of the router of chat go over ZMQ/],
  ["KV events over NATS", { graphs: [events], discovery: { mode: "nats-etcd" } }, undefined],
  [
    "one approximate router",
    { graphs: [{ ...chat, router: { mode: "kv", index: "approximate" } }] },
    undefined,
  ],
  [
    "several approximate routers",
    { graphs: [{ ...chat, frontend: { replicas: 2 }, router: { mode: "kv", index: "approximate" } }] },
    /^events of the router of chat/,
  ],
  ["prefill and decode", { graphs: [halves] }, /^the KV cache of chat goes from prefill to decode by NIXL/],
  [
    "several nodes",
    { graphs: [{ ...chat, workers: { nodes: 2, gpus: 8 } }], platform: { orchestrator: "grove" } },
    /^workers of chat on several nodes/,
  ],
];
test.each(plain)("what stays plain of %s is a warning, or refused", (_, config, what) => {
  const { warnings, refusals } = plan(config);
  expect(refusals).toEqual([]);
  const told = warnings.filter((warning) => warning.startsWith("not encrypted: "));
  const refused = plan({ ...config, encryption: { issuer: "own", refusePlain: true } });
  expect(refused.warnings.filter((warning) => warning.startsWith("not encrypted"))).toEqual([]);
  if (what === undefined) expect([told, refused.refusals]).toEqual([[], []]);
  else {
    expect(told.map((warning) => warning.replace("not encrypted: ", ""))).toEqual([
      expect.stringMatching(what),
    ]);
    expect(refused.refusals).toEqual([
      expect.stringMatching(/, or take dynamo:encryption.refusePlain away$/),
    ]);
    expect(refused.refusals).toEqual([expect.stringMatching(what)]);
  }
});

test("a runtime that can't is left alone: the config's rules refuse it", () => {
  expect(plan({ runtime: { version: "1.4.2" } }).discovery.encryption).toBeUndefined();
});

test("alerts tell a month and a week before the end", () => {
  const { alerts, namespace } = certificateAlerts("team", 1_800_000_000);
  expect(namespace).toBe("team");
  expect(alerts.map(({ severity, expr }) => [severity, expr])).toEqual([
    ["warning", "vector(1800000000) - time() < 2592000"],
    ["critical", "vector(1800000000) - time() < 604800"],
  ]);
});
