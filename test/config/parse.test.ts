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
      switchover: "blue-green",
      runtime: runtimeOf({
        runtime: { version: "0.8.1", registry: "nvcr.io/nvidia/ai-dynamo" },
        discovery: { mode: "kubernetes" },
        platform: {},
      }),
      graphs: [],
      namespace: { name: "dynamo", create: false },
      platform: { namespace: "dynamo-system" },
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
        frontend: { name: "Frontend", replicas: 1 },
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
