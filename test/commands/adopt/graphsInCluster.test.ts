/** What an adoption reads of a graph, and the little that it writes. */
import { parse } from "yaml";
import { giveTo, readLiveGraph, tryOut } from "../../../commands/adopt/graphsInCluster";
import { UserError } from "../../../commands/cli/userError";
import { graphLabel } from "../../../plan/graph/labels";
import type { DynamoGraphDeployment } from "../../../plan/graph/manifest";
import { isGivenTo, isMadeBy, ownerLabel } from "../../../plan/owner";
import { aggregated, alpha } from "../import/graphs";
import { connectedClusters } from "./connected";

const cluster = connectedClusters();
const chat = { namespace: "serving", name: "chat" };
const { spec } = parse(aggregated());

const graph = (metadata: object = {}, more: object = {}) => ({
  apiVersion: "nvidia.com/v1beta1",
  kind: "DynamoGraphDeployment",
  metadata: { ...chat, ...metadata },
  spec: { ...spec, ...more },
});

/** What readLiveGraph has of a cluster with these objects. */
async function read(objects: object[], asked?: string, answers?: Parameters<typeof cluster>[0]) {
  const { add, connection } = await cluster(answers);
  add(...objects);
  return readLiveGraph(connection, chat, asked);
}

describe("a graph is looked for in vain", () => {
  test.each<[string, Parameters<typeof cluster>[0], string]>([
    [
      "where the cluster has no such graph",
      {},
      'DynamoGraphDeployment serving/chat: dynamographdeployments "chat" not found',
    ],
    [
      "where the cluster knows no graphs",
      { "GET /apis": { groups: [{ name: "apps", preferredVersion: { version: "v1" } }] } },
      "DynamoGraphDeployment serving/chat: the cluster knows no kind of nvidia.com: is it another cluster?",
    ],
    [
      "by a user who may not read graphs",
      { dynamographdeployments: 403 },
      "DynamoGraphDeployment serving/chat: /apis/nvidia.com/v1beta1/namespaces/serving/dynamographdeployments/chat is forbidden",
    ],
  ])("%s", async (_, answers, message) => {
    const failure = await read([], undefined, answers).catch((error) => error);
    expect([failure.message, failure instanceof UserError]).toEqual([message, true]);
  });
});

test("a graph of the same name in another namespace is another", async () => {
  await expect(read([graph({ namespace: "research" })])).rejects.toThrow(/not found/);
});

describe("the version of a graph", () => {
  const write = (version: string, hour: number, more: object = {}) => ({
    ...{ manager: "kubectl", operation: "Update", fieldsV1: { "f:spec": {} } },
    ...{ apiVersion: version, time: `2026-01-01T${hour}:00:00Z` },
    ...more,
  });
  const [older, newer] = ["nvidia.com/v1alpha1", "nvidia.com/v1beta1"];

  test.each<[string, object[] | undefined, string]>([
    ["that nobody is known to have written is the cluster's own", undefined, newer],
    ["is that in which it was written", [write(older, 10)], older],
    ["is that in which it was written last", [write(newer, 10), write(older, 11)], older],
    ["is that, in whatever order the writes are listed", [write(older, 11), write(newer, 10)], older],
    ["is not that of a status", [write(older, 10), write(newer, 11, { subresource: "status" })], older],
    [
      "is not that of labels",
      [write(older, 10), write(newer, 11, { fieldsV1: { "f:metadata": {} } })],
      older,
    ],
    ["that this program does not know is the cluster's own", [write("nvidia.com/v1", 10)], newer],
    ["of another group is the cluster's own", [write("example.com/v1alpha1", 10)], newer],
  ])("%s", async (_, managedFields, apiVersion) => {
    expect((await read([graph({ managedFields })])).manifest).toMatchObject({ apiVersion, spec });
  });

  test("is the one that is asked for, whatever was written", async () => {
    const written = graph({ managedFields: [write(newer, 10)] });
    expect((await read([written], "v1alpha1")).manifest.apiVersion).toBe(older);
  });
});

test("scripts of a graph keep their lines, as they are written again", async () => {
  const live = parse(alpha);
  const { manifest } = await read([live], "v1alpha1");
  expect(manifest.spec).toEqual(live.spec);
});

test("a secret as plain text is refused, and not said", async () => {
  const token = "hf_abcdefghijklmnopqrstuvwxyzabcdefgh";
  const found = read([graph({}, { envs: [{ name: "HF_TOKEN", value: token }] })]);
  await expect(found).rejects.toThrow(/^(?!.*hf_).* has a secret as plain text/);
});

describe("ConfigMaps", () => {
  const configMap = (name: string, namespace = "serving") => ({
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { of: namespace } },
  });
  const mounting = (...names: (string | undefined)[]) =>
    graph({}, { volumes: names.map((name) => ({ configMap: { name } })) });

  test("of a graph are those that its pods mount and that are there, each once", async () => {
    const { configMaps } = await read([
      mounting("engine", "missing", "engine", undefined),
      ...[configMap("engine"), configMap("engine", "research"), configMap("another")],
    ]);
    const { metadata, ...rest } = configMap("engine");
    expect(configMaps).toMatchObject([{ ...rest, metadata }]);
  });

  test("that may not be read are told: what they hold is not known", async () => {
    await expect(read([mounting("engine")], undefined, { configmaps: 403 })).rejects.toThrow(
      /^its ConfigMaps: .*configmaps\/engine is forbidden$/,
    );
  });
});

describe("pods", () => {
  const pod = (name: string, graph: string, namespace = "serving") => ({
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels: { [graphLabel]: graph } } },
  });

  test("of a graph are those with its label, in its namespace", async () => {
    const others = [pod("b", "another"), pod("c", "chat", "research")];
    const { pods } = await read([graph(), pod("a", "chat"), ...others, pod("d", "chat")]);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(["a", "d"]);
  });
});

describe("the Helm release that a graph names", () => {
  const annotations = { "meta.helm.sh/release-name": "llm", "meta.helm.sh/release-namespace": "charts" };
  const release = (name: string, namespace = "charts") => ({
    ...{ apiVersion: "v1", kind: "Secret" },
    metadata: { name: `sh.helm.release.v1.${name}.v1`, namespace, labels: { owner: "helm", name } },
  });

  test.each<[string, object, object[], boolean | undefined]>([
    ["is there", annotations, [release("llm")], true],
    ["is gone", annotations, [], false],
    ["is gone, and others are there", annotations, [release("web"), release("llm", "serving")], false],
    ["has no name", { ...annotations, "meta.helm.sh/release-name": "" }, [release("llm")], undefined],
    [
      "has no namespace",
      { "meta.helm.sh/release-name": "llm" },
      [release("llm"), release("llm", "serving")],
      undefined,
    ],
    ["is none", {}, [release("llm")], undefined],
  ])("%s", async (_, annotations, releases, hasRelease) => {
    expect((await read([graph({ annotations }), ...releases])).hasRelease).toBe(hasRelease);
  });

  test("is not known where the user may not look for it", async () => {
    const found = await read([graph({ annotations })], undefined, { "/secrets": 403 });
    expect(found.hasRelease).toBeUndefined();
  });
});

describe("an update that is tried out", () => {
  const planned = (more: object = {}) =>
    graph({ labels: { team: "a" }, annotations: { of: "stack" } }, more) as DynamoGraphDeployment;

  test("has the stack's label beside the graph's own, by Pulumi's manager, and changes nothing", async () => {
    const { add, find, connection } = await cluster();
    add(graph({ annotations: { by: "hand" } }));
    const before = structuredClone(find("DynamoGraphDeployment", "chat"));
    const updated = await tryOut(connection, planned({ backendFramework: "sglang" }), "prod-1");
    expect(updated).toMatchObject({
      metadata: { labels: { team: "a", [ownerLabel]: "prod-1" }, annotations: { by: "hand", of: "stack" } },
      spec: { ...spec, backendFramework: "sglang" },
    });
    expect(isMadeBy(updated, "prod-1")).toBe(true);
    expect(find("DynamoGraphDeployment", "chat")).toEqual(before);
  });

  test("overrides what others have written, as the stack's updates do", async () => {
    const { add, connection } = await cluster();
    add(graph({ labels: { team: "b", [ownerLabel]: "theirs-2" } }, { backendFramework: "trtllm" }));
    expect(await tryOut(connection, planned({ backendFramework: "vllm" }), "prod-1")).toMatchObject({
      metadata: { labels: { team: "a", [ownerLabel]: "prod-1" } },
      spec: { backendFramework: "vllm" },
    });
  });

  test.each(["v1alpha1", "v1beta1"] as const)(
    "is one in the version that the stack writes: %s",
    async (version) => {
      const { add, writes, connection } = await cluster();
      add(graph());
      await tryOut(connection, { ...planned(), apiVersion: `nvidia.com/${version}` as const }, "prod-1");
      expect(writes).toEqual([
        {
          request: `PATCH /apis/nvidia.com/${version}/namespaces/serving/dynamographdeployments/chat`,
          body: expect.objectContaining({
            apiVersion: `nvidia.com/${version}`,
            kind: "DynamoGraphDeployment",
          }),
        },
      ]);
    },
  );

  test("and refused is told with the API server's reason", async () => {
    const { connection } = await cluster({ PATCH: 422 });
    await expect(tryOut(connection, planned(), "prod-1")).rejects.toThrow(
      /^the update of serving\/chat, tried out: .*\/chat is forbidden$/,
    );
  });
});

describe("a graph that is given to a stack", () => {
  const labels = { team: "a" };

  /** A cluster with the graph, which was read, and its giving. */
  async function withGraph() {
    const made = await cluster();
    made.add(graph({ labels, annotations: { by: "hand" } }));
    const live = await readLiveGraph(made.connection, chat, "v1alpha1");
    return {
      ...made,
      give: () => giveTo(made.connection, live, "prod-1"),
      now: () => made.find("DynamoGraphDeployment", "chat"),
    };
  }

  test("gets the label and nothing else, in the version in which it was read", async () => {
    const { give, now, writes } = await withGraph();
    const { metadata: before } = structuredClone(now()) ?? {};
    await give();
    expect(now()).toMatchObject({
      metadata: { ...before, labels: { ...labels, [ownerLabel]: "prod-1" } },
      spec,
    });
    expect(writes.map(({ request }) => request)).toEqual([
      "PATCH /apis/nvidia.com/v1alpha1/namespaces/serving/dynamographdeployments/chat",
    ]);
    expect(writes[0]?.body).not.toHaveProperty("spec");
  });

  test("may be taken up by the stack, and is none of its leftovers, which an update would delete", async () => {
    const { give, now } = await withGraph();
    await give();
    expect([isGivenTo(now(), "prod-1"), isMadeBy(now(), "prod-1")]).toEqual([true, false]);
  });

  test("is the one that was read: another of its name gets no label", async () => {
    const { add, give, now } = await withGraph();
    add(graph({ labels }));
    await expect(give()).rejects.toThrow(/^the label of serving\/chat: Precondition failed: UID/);
    expect(now()?.metadata?.labels).toEqual(labels);
  });

  test("stays another stack's where that has labelled it meanwhile", async () => {
    const { add, give, now } = await withGraph();
    const theirs = { ...labels, [ownerLabel]: "theirs-2" };
    add(graph({ uid: now()?.metadata?.uid, labels: theirs }));
    await expect(give()).rejects.toThrow(/^the label of serving\/chat: Apply failed with 1 conflict/);
    expect(now()?.metadata?.labels).toEqual(theirs);
  });
});
