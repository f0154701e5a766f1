import { ConfigError, parseConfig } from "../../config/parse";
import { runtimeOf } from "../../config/runtime/runtime";
import { wrongInputs } from "./wrongInputs";

/** As Pulumi hands values to a program. */
const texts = (config: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `dynamo:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
const parse = (config: Record<string, unknown>) => parseConfig("dynamo", "test", texts(config), () => false);

test.each([
  "cat <<'EOF' > /tmp/x\nit's\nEOF",
  "cat <<-END\n\tone\n\tEND\n",
  "# don't\necho 'x'",
  "echo a # it's",
  'cat <<< "x"; echo $((1<<2)) `date`',
  `x="a'b"; y=\\'`,
  "export FOO=1 DYN_LOG=debug",
])("a setup of %j is whole", (setup) => {
  const { graphs } = parse({ graphs: [{ name: "chat", model: "m", workers: { setup } }] });
  expect(graphs[0]?.workers).toMatchObject({ setup });
});

describe("wrong config", () => {
  test.each(Object.entries(wrongInputs))("%s is one line a mistake, with its key", (_, { config, lines }) => {
    let message = "";
    try {
      parse(config);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as Error).message;
    }
    const [head, ...found] = message.split("\n");
    expect(head).toBe("the config of stack test can't be used:");
    for (const line of lines) expect(found).toContainEqual(expect.stringMatching(line));
    expect(found).toHaveLength(lines.length);
  });
});

describe("secrets", () => {
  const value = "SUPERSECRET";
  const refusal = (values: Record<string, string>, secrets: readonly string[]) => {
    try {
      parseConfig("dynamo", "test", values, (key) => secrets.includes(key));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const graphs = (more: object) => JSON.stringify([{ name: "demo", model: "a/b", ...more }]);

  test.each<[string, string, string]>([
    ["dynamo:discovery", value, "dynamo:discovery"],
    ["dynamo:discovery", JSON.stringify({ mode: value }), "dynamo:discovery"],
    ["dynamo:runtime", JSON.stringify({ version: value }), "dynamo:runtime"],
    ["dynamo:graphs", value, "dynamo:graphs"],
    ["dynamo:graphs", graphs({ workers: { args: ["--x", value] } }), "dynamo:graphs"],
    ["dynamo:graphs", graphs({ workers: { args: ["--x", "[secret]"] } }), "dynamo:graphs[0].workers.args[1]"],
    ["dynamo:graphs", graphs({ huggingFaceSecret: "[secret]" }), "dynamo:graphs[0].huggingFaceSecret"],
    [
      "dynamo:graphs",
      graphs({ transform: [{ op: "add", path: "/spec/x", value: { a: "[secret]" } }] }),
      "dynamo:graphs[0].transform[0].value.a",
    ],
    ["dynamo:other", value, "dynamo:other"],
  ])("%s can't be secret: %s", (key, text, at) => {
    const message = refusal({ [key]: text }, [key]);
    expect(message.split("\n").slice(1)).toEqual([expect.stringMatching(/^✖ can't be secret, as .* → at /)]);
    expect(message.endsWith(` → at ${at}`)).toBe(true);
    expect(message).not.toContain(value);
  });

  test.each([
    ['{"a":{"b":"[secret]"}}', "an object"],
    ['{"name":"x","token":"hf_1"}', "an object"],
    ['["[secret]"]', "a list"],
  ])("a token that is %s is refused: it is one text", (text, found) =>
    expect(refusal({ "dynamo:huggingFaceToken": text }, ["dynamo:huggingFaceToken"]).split("\n")[1]).toBe(
      `✖ must be one text, found ${found}: write it with \`pulumi config set --secret huggingFaceToken\` → at dynamo:huggingFaceToken`,
    ),
  );

  test("no message has the value of one that is at the wrong place, or in plain text", () => {
    const token = `hf_${"a".repeat(32)}`;
    for (const values of [
      { "dynamo:huggingFaceToken": token },
      { "dynamo:huggingfaceToken": token },
      { "dynmo:huggingFaceToken": token },
      { "kubernetes:kubeconfig": token },
      { "dynamo:graphs": graphs({ huggingFaceSecret: token }) },
      { "dynamo:graphs": graphs({ huggingFaceSecret: { name: "a", token } }) },
      { "dynamo:graphs": graphs({ workers: [token] }) },
    ] as Record<string, string>[]) {
      const message = refusal(values, []);
      expect(message).not.toBe("");
      expect(message).not.toContain(token);
    }
  });
});

describe("what takes long to look at, or can't be shown", () => {
  const refusal = (values: Record<string, unknown>) => {
    try {
      parse(values);
      return [];
    } catch (error) {
      return (error as Error).message.split("\n").slice(1);
    }
  };
  const many = (count: number, of: (i: number) => object) => ({
    graphs: Array.from({ length: count }, (_, i) => of(i)),
  });

  test("thousands of graphs are one line", () =>
    expect(refusal(many(10_000, () => ({ modle: 1 })))).toEqual([
      "✖ has 10000 items, and may have 2000: make another stack of the others → at dynamo:graphs",
    ]));

  test.each<[string, (i: number) => object]>([
    ["wrong", (i) => ({ name: `G_${i}`, modle: "x", workers: { gpus: -1 } })],
    ["of one name", () => ({ name: "demo", model: "a/b" })],
    ["of names that begin alike", (i) => ({ name: "a".repeat(1 + (i % 40)), model: "a/b" })],
    [
      "of one port",
      (i) => ({ name: `g${i}x`, model: "a/b", frontend: { expose: { type: "NodePort", nodePort: 30200 } } }),
    ],
    ["served by nobody", (i) => ({ name: `g${i}x`, model: "a/b", servedBy: "nobody" })],
  ])("the first mistakes of 2,000 graphs %s are told", (_, of) => {
    const lines = refusal(many(2_000, of));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toMatch(/^… and \d+ more$/);
  });

  test("deep values are one line", () => {
    const deep = "[".repeat(1_000) + "]".repeat(1_000);
    expect(refusal({ graphs: `[{"name":"a","model":"a/b","transform":${deep}}]` })).toEqual([
      "✖ is nested deeper than 100 levels: write it flat → at dynamo:graphs",
    ]);
  });

  test.each([
    [
      "a text",
      { graphs: [{ name: "a", model: "a/b", frontend: { args: ["x".repeat(70_000)] } }] },
      "✖ has 70000 characters, and may have 65536: keep it elsewhere → at dynamo:graphs[0].frontend.args[0]",
    ],
    [
      "a list",
      { graphs: [{ name: "a", model: "a/b", workers: { args: Array(1_001).fill("x") } }] },
      "✖ has 1001 items, and may have 1000: write fewer → at dynamo:graphs[0].workers.args",
    ],
    [
      "an object",
      { namespace: { labels: Object.fromEntries([...Array(1_001).keys()].map((key) => [`k${key}`, "v"])) } },
      "✖ has 1001 items, and may have 1000: write fewer → at dynamo:namespace.labels",
    ],
  ])("%s without an end is one line", (_, values, line) => expect(refusal(values)).toEqual([line]));

  test("keys and values are shown without what a terminal obeys, and not whole", () => {
    expect(refusal({ "\u001b[31mred\u202e": 1, discovery: { mode: `\u001b[2J${"x".repeat(6e4)}` } })).toEqual(
      [
        expect.stringMatching(/found "\\u001b\[2Jx{80,100}… → at dynamo:discovery.mode$/),
        expect.stringMatching(/ → at dynamo:red$/),
      ],
    );
  });
});

describe("keys of other namespaces", () => {
  const lines = (values: Record<string, string>, project = "dynamo") => {
    try {
      parseConfig(project, "test", values, (key) => key === "kubernetes:kubeconfig");
      return [];
    } catch (error) {
      return (error as Error).message.split("\n").slice(1);
    }
  };

  test.each([
    ["kubernetes:context", "prod-cluster", "write dynamo:cluster: { context: prod-cluster }"],
    ["kubernetes:namespace", "team-a", "write dynamo:namespace: { name: team-a }"],
    ["kubernetes:cluster", "prod", "write the context of that cluster, as dynamo:cluster: { context: … }"],
    [
      "kubernetes:kubeconfig",
      "[secret]",
      "have KUBECONFIG name its file, and dynamo:cluster: { context: … } a context in it",
    ],
    ["kubernetes:renderYamlToDirectory", "out", "remove it: the program sets its provider up itself"],
    ["kubernetes:constructor", "out", "remove it: the program sets its provider up itself"],
    ["kubernetes:enableServerSideApply", "false", "remove it: the program sets its provider up itself"],
    ["dynmo:graphs", "[]", "write dynamo:graphs"],
    ["Dynamo:huggingFaceToken", "x", "write dynamo:huggingFaceToken"],
  ])("%s is refused, with what to write", (key, value, remedy) =>
    expect(lines({ [key]: value })).toEqual([`✖ would be ignored: ${remedy} → at ${key}`]),
  );

  test("all are told at once, beside other mistakes", () =>
    expect(
      lines({ "kubernetes:context": "a", "kubernetes:cluster": "b", "dynamo:cluster": '{"nodes":0}' }),
    ).toHaveLength(3));

  test.each(["dynmo", "dyanmo", "dynamos", "Dynamo", "dynama", "ynamo", "dyno"])(
    "%s is a typo",
    (namespace) => expect(lines({ [`${namespace}:graphs`]: "[]" })).toHaveLength(1),
  );

  test("those that Pulumi or other programs read are left", () =>
    expect(
      lines({
        "pulumi:disable-default-providers": '["aws"]',
        "pulumi:tags": "{}",
        "random:version": "4.0.0",
        "aws:region": "eu-west-1",
        "dynmo:region": "eu-west-1",
        "other:graphs": "[]",
        "dynamite:graphs": "[]",
        "mo:graphs": "[]",
      }),
    ).toEqual([]));
});

describe("right config", () => {
  test("nothing at all is a stack without graphs", () => {
    expect(parse({})).toEqual({
      budget: { currency: "USD" },
      discovery: { mode: "kubernetes" },
      encryption: { issuer: "none", generation: 1, refusePlain: false },
      transform: [],
      switchover: "blue-green",
      runtime: runtimeOf({
        runtime: { version: "1.6.1", registry: "nvcr.io/nvidia/ai-dynamo" },
        discovery: { mode: "kubernetes" },
        platform: {},
      }),
      images: { pullSecrets: [] },
      graphs: [],
      namespace: { name: "dynamo", create: false },
      platform: { namespace: "dynamo-system", clusterDomain: "cluster.local", openshift: false },
      monitoring: {
        release: "kube-prometheus-stack",
        namespace: "monitoring",
        podMonitors: "stack",
        runbooks: "docs/runbooks",
      },
      cluster: {},
    });
  });

  test("a graph needs a name and a model", () => {
    const { graphs } = parse({ graphs: [{ name: "demo", model: "Qwen/Qwen3-0.6B" }] });
    expect(graphs).toEqual([
      {
        name: "demo",
        model: "Qwen/Qwen3-0.6B",
        backend: "vllm",
        env: [],
        frontend: {
          name: "Frontend",
          replicas: 1,
          args: [],
          env: [],
          envFrom: [],
          volumes: [],
          hostIPC: false,
          hostNetwork: false,
          terminationGracePeriodSeconds: 300,
        },
        router: { mode: "round-robin" },
        kvTransfer: {},
        loras: [],
        objectives: { availability: 0.99, timeToFirstToken: 2.2, fastRequests: 0.95 },
        readyTimeout: "30m",
        revision: 1,
        transform: [],
      },
    ]);
  });

  test("nats-etcd has one member of each unless told otherwise", () => {
    expect(parse({ discovery: { mode: "nats-etcd" } }).discovery).toEqual({
      mode: "nats-etcd",
      nats: { replicas: 1, storage: "1Gi", cpu: "500m", memory: "256Mi" },
      etcd: { replicas: 1, storage: "1Gi", cpu: "500m", memory: "512Mi" },
      credentials: { generation: 1 },
      keepVolumes: false,
    });
  });

  test("names as long as the operator allows", () => {
    const graph = { name: "a".repeat(35), model: "m" };
    expect(parse({ graphs: [graph] }).graphs).toHaveLength(1);
  });

  test("keys of other projects are not looked at", () => {
    expect(
      parseConfig("dynamo", "test", { "aws:region": "x", "other:graphs": "5" }, () => false).graphs,
    ).toEqual([]);
  });

  test("an encrypted token is accepted", () => {
    expect(() => parseConfig("dynamo", "test", { "dynamo:huggingFaceToken": "x" }, () => true)).not.toThrow();
  });
});
