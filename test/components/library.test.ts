/** The components as another program uses them, on Pulumi's mocks. */
import * as pulumi from "@pulumi/pulumi";
import {
  Alerts,
  Dashboards,
  DiscoveryPlane,
  DynamoGraph,
  Etcd,
  FrontendService,
  ModelCache,
  Nats,
  PodMonitors,
} from "../../components";
import { ownerLabel, ownerOf } from "../../plan/owner";
import { known, type Made, run } from "./mocks";

const graphType = "kubernetes:nvidia.com/v1alpha1:DynamoGraphDeployment";
const graph = { model: "Qwen/Qwen3-8B", runtime: "1.4.2", workers: { replicas: 2, gpus: 1 } };

/** The words of the error that args end with. */
async function wordsOf(program: () => unknown): Promise<string> {
  let words = "";
  await run(() => {
    try {
      program();
    } catch (error) {
      words = (error as Error).message;
    }
  });
  return words;
}

// Warnings are shown by other suites.
beforeEach(() => void jest.spyOn(pulumi.log, "warn").mockImplementation(async () => {}));

const owner = ownerOf({ project: "team", stack: "dev" });

test("a graph on its own plane tells its address and its GPUs, and is labelled as the stack's", async () => {
  const outputs: unknown[] = [];
  const made = await run(async () => {
    const discovery = new DiscoveryPlane("discovery", {
      mode: "nats-etcd",
      nats: { replicas: 3 },
      etcd: { replicas: 3 },
    });
    const chat = new DynamoGraph("chat", { ...graph, discovery });
    const { nats, etcd } = discovery;
    outputs.push(await known(pulumi.all([chat.endpoint, chat.gpus, chat.ready.apply(({ urn }) => urn)])));
    outputs.push(
      await known(pulumi.all([nats?.url, nats?.clientSecret, etcd?.endpoints, etcd?.clientSecret])),
    );
  });
  expect(outputs).toEqual([
    [
      "http://chat-frontend-np.dynamo:8000",
      2,
      `urn:pulumi:dev::team::dynamo:index:DynamoGraph$${graphType}::chat:chat-etcd`,
    ],
    ["nats://nats.nats-system:4222", "nats-client-1", ["http://etcd.etcd-system:2379"], "etcd-client-1"],
  ]);
  const objects = Object.values(made).filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(15);
  for (const { inputs } of objects) expect(inputs.metadata?.labels).toMatchObject({ [ownerLabel]: owner });
});

test.each([
  ["in two namespaces", "blue", "green", "chat", "chat"],
  ["whose names could be joined in two ways", "a", "a-b", "b-c", "c"],
])("two graphs %s have two URNs", async (_, one, other, first, second) => {
  const urns: string[] = [];
  await run(async () => {
    const graphs = [
      new DynamoGraph(one, { ...graph, name: first, namespace: "team-a" }),
      new DynamoGraph(other, { ...graph, name: second, namespace: "team-b" }),
    ];
    for (const { ready } of graphs) urns.push(await known(ready.apply(({ urn }) => urn)));
  });
  expect(new Set(urns).size).toBe(2);
});

test("what other resources give makes the same objects as what is written", async () => {
  const make = (given: <T>(value: T) => pulumi.Input<T>) =>
    run(() => {
      const namespace = given("team-a");
      const etcd = {
        external: true as const,
        endpoints: [given("https://etcd:2379")],
        certificate: given("etcd-tls"),
      };
      const nats = {
        external: true as const,
        server: given("tls://nats:4222"),
        secret: given("nats"),
      } as const;
      const placement = { nodeSelector: { pool: given("gpus") } };
      const chat = new DynamoGraph("chat", {
        ...graph,
        namespace,
        huggingFaceSecret: given("token"),
        discovery: { mode: "nats-etcd", nats, etcd },
        workers: { placement },
        frontend: { expose: { type: "Ingress", host: given("chat.example.com"), tlsSecret: given("tls") } },
        labels: given({ team: "a" }),
      });
      const watched = { graphs: [chat], monitoring: { release: given("prometheus") } };
      new PodMonitors("monitors", watched);
      new Alerts("alerts", watched);
      new Dashboards("dashboards", watched);
      new FrontendService("more", { deployment: given("chat-etcd"), namespace });
      new ModelCache("cache", { size: "1Gi", storageClass: given("fast"), namespace });
      new Nats("nats", { namespace });
      new Etcd("etcd", { namespace, snapshots: { storageClass: given("slow") } });
    });
  const [written, given] = [
    await make((value) => value),
    await make((value) => pulumi.output(value) as never),
  ];
  expect(given).toEqual(written);
  const { inputs } = written[`${graphType}::chat:chat-etcd`] as Made;
  expect(inputs.metadata).toMatchObject({
    namespace: "team-a",
    labels: { team: "a", [ownerLabel]: owner },
  });
});

test("certificates of servers without graphs are watched from where their clients are", async () => {
  const made = await run(() => {
    const discovery = new DiscoveryPlane("discovery", {
      mode: "nats-etcd",
      namespace: "team-a",
      encryption: { issuer: "own" },
    });
    new Alerts("alerts", { discovery });
  });
  const rule = made["kubernetes:monitoring.coreos.com/v1:PrometheusRule::alerts:tls.certificates"];
  expect(rule?.inputs.metadata?.namespace).toBe("team-a");
});

test("passwords are secret", async () => {
  const secrets: boolean[] = [];
  await run(async () => {
    const { nats } = new DiscoveryPlane("discovery", { mode: "nats-etcd" });
    const children = [
      ...(nats as unknown as { __childResources: Set<{ stringData?: pulumi.Output<unknown> }> })
        .__childResources,
    ];
    for (const { stringData } of children) if (stringData) secrets.push(await pulumi.isSecret(stringData));
  });
  expect(secrets).toEqual([true, true]);
});

describe("mistakes end with the config's words, at the args' keys", () => {
  test.each<[string, () => unknown, string[]]>([
    [
      "a graph",
      () =>
        new DynamoGraph("chat", {
          ...graph,
          runtime: "0.1.0",
          frontend: { replicas: 11 },
          workers: { gpus: 2, tensorParallel: 3 },
        }),
      [
        "the args of DynamoGraph chat can't be used:",
        "✖ must be at most 10, found 11: with more frontends of one graph their routing goes stale → at frontend.replicas",
        "→ at runtime",
        "make them equal → at workers.tensorParallel",
      ],
    ],
    [
      "NATS",
      () => new Nats("bus", { replicas: 2 }),
      ["the args of Nats bus can't be used:", "✖ must be odd, found 2", "→ at replicas"],
    ],
    [
      "etcd",
      () => new Etcd("store", { quota: "1Gi" }),
      ["the args of Etcd store can't be used:", "must be at most half of", "→ at quota"],
    ],
    ["a cache", () => new ModelCache("cache", { size: "1 GB" }), ["✖ must be a size", "→ at size"]],
    [
      "a platform",
      () => new Nats("bus", { platform: { install: {} } as never }),
      ["✖ is a stack's alone: a component installs no platform → at platform.install"],
    ],
    [
      "a setting that is none",
      () => new DiscoveryPlane("plane", { mode: "kubernetes", nats: {} } as never),
      ["✖ is not a setting: remove it, or write one of mode → at nats"],
    ],
    [
      "an output where the plan counts",
      () => new DynamoGraph("chat", { ...graph, workers: { replicas: pulumi.output(2) as never } }),
      ["✖ must be known when the program runs, found an output: the plan goes by it → at workers.replicas"],
    ],
    [
      "another namespace than the plane's",
      () => {
        const discovery = new DiscoveryPlane("discovery", {
          mode: "nats-etcd",
          namespace: "team-a",
        });
        new DynamoGraph("chat", { ...graph, discovery, namespace: "team-b" });
      },
      ['✖ must be "team-a", as its discovery plane has it, found "team-b"', "→ at namespace"],
    ],
    [
      "graphs of two runtimes watched as one",
      () => {
        const graphs = ["1.3.0", "1.4.2"].map(
          (runtime, i) => new DynamoGraph(`chat${i}`, { ...graph, runtime }),
        );
        new Alerts("alerts", { graphs });
      },
      ['✖ "chat1" has another namespace, runtime or plane than "chat0"', "→ at graphs"],
    ],
  ])("%s", async (_, program, lines) => {
    const words = await wordsOf(program);
    for (const line of lines) expect(words).toContain(line);
    expect(words).not.toMatch(/dynamo:|graphs\[|\n\s+at /);
  });
});

test("servers give their clients' Secrets to other namespaces, of all generations that are valid", async () => {
  const made = await run(
    () =>
      new Nats("bus", { namespace: "team-a", clientNamespaces: ["team-b"], credentials: { generation: 2 } }),
  );
  const secrets = Object.values(made).filter(({ type }) => type === "kubernetes:core/v1:Secret");
  const clients = secrets.filter(({ inputs }) => inputs.metadata?.name.includes("client"));
  const users = clients.map(({ inputs: { metadata, stringData } }) => {
    const { value } = stringData as { readonly value: { readonly username: string } }; // within a secret
    return [metadata?.namespace, metadata?.name, value.username].join(" ");
  });
  expect(users.sort()).toEqual([
    "team-a nats-client-2 dynamo-2",
    "team-b nats-client-1 dynamo-1",
    "team-b nats-client-2 dynamo-2",
  ]);
  for (const { inputs } of clients) expect(inputs.metadata?.labels).toHaveProperty([ownerLabel]);
});
