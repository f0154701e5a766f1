/** What makes way for an update of replicas, while autoscalers and the operator write them too. */
import { readGraph, setAdapter } from "../../../components/hooks/liveGraph";
import {
  isOnlyUnprepared,
  isOvertaken,
  prepareReplicas,
  prepareUpdate,
} from "../../../components/hooks/scalingAdapters";
import { raise } from "../../../components/hooks/startingReplicas";
import type { GraphPlan } from "../../../plan/graph/graphPlan";
import type { DynamoGraphDeployment } from "../../../plan/graph/manifest";
import { ownerOf } from "../../../plan/owner";
import { clusters } from "../../apiServer";
import { madeBy } from "../../madeBy";
import { call, inEngine, told } from "./engine";

const cluster = clusters();
const graph = (services: object, metadata: object = {}) =>
  ({
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "chat", namespace: "dynamo", ...metadata },
    spec: { services },
  }) as unknown as DynamoGraphDeployment;
const adapter = (component: string, replicas?: number) => ({
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeploymentScalingAdapter",
  metadata: { name: `chat-${component}`, namespace: "dynamo" },
  spec: { replicas },
});
const replicasOf = (object: unknown) => (object as { spec: { replicas: number } } | undefined)?.spec.replicas;

async function filled(...objects: object[]) {
  const fake = await cluster();
  fake.add(...objects);
  return fake;
}

describe("an adapter", () => {
  test("gets what is wanted, by what it has", async () => {
    const { address, find, writes } = await filled(adapter("worker", 3), adapter("prefill"));
    expect(await setAdapter("Worker", graph({}), address, (replicas) => replicas + 2)).toBe(true);
    expect(await setAdapter("Prefill", graph({}), address, (replicas) => replicas + 1)).toBe(true);
    expect(replicasOf(find("DynamoGraphDeploymentScalingAdapter", "chat-worker"))).toBe(5);
    expect(replicasOf(find("DynamoGraphDeploymentScalingAdapter", "chat-prefill"))).toBe(2); // 1 by default
    expect(writes).toHaveLength(2);
  });

  test("that has it already is not written, and one that is not there is told", async () => {
    const { address, writes } = await filled(adapter("worker", 3));
    expect(await setAdapter("Worker", graph({}), address, () => 3)).toBe(true);
    expect(await setAdapter("Decode", graph({}), address, () => 3)).toBe(false);
    expect(writes).toEqual([]);
  });

  test("of each component is raised, and none is lowered", async () => {
    const { address, find } = await filled(adapter("worker", 5), adapter("decode", 1));
    expect(await raise(graph({}), { Worker: 2, Decode: 2 }, address)).toBe(true);
    expect(await raise(graph({}), { Worker: 2, Prefill: 2 }, address)).toBe(false);
    expect(
      ["worker", "decode"].map((name) =>
        replicasOf(find("DynamoGraphDeploymentScalingAdapter", `chat-${name}`)),
      ),
    ).toEqual([5, 2]);
  });
});

test("a graph that is not there is none, and other failures are failures", async () => {
  const { address } = await filled(graph({ Worker: {} }));
  expect(await readGraph(graph({}), address)).toMatchObject({ spec: { services: { Worker: {} } } });
  expect(await readGraph(graph({}, { name: "other" }), address)).toBeUndefined();
  const failing = await cluster({ "GET /apis/nvidia.com": 500 });
  await expect(readGraph(graph({}), failing.address)).rejects.toThrow("500");
});

describe("before an update", () => {
  const managed = (manager: string, component: string) => ({
    managedFields: [
      { manager, fieldsV1: { "f:spec": { "f:services": { [`f:${component}`]: { "f:replicas": {} } } } } },
    ],
  });

  test("replicas that the graph sets are the adapter's first", async () => {
    const { address, find } = await filled(graph({ Worker: { replicas: 4 } }), adapter("worker", 2));
    await prepareUpdate(graph({ Worker: { replicas: 4 } }), address);
    expect(replicasOf(find("DynamoGraphDeploymentScalingAdapter", "chat-worker"))).toBe(4);
  });

  test.each([
    [
      "that the graph sets no more are kept by another manager",
      graph({ Worker: { replicas: 4 } }, managed("pulumi-kubernetes", "Worker")),
      1,
    ],
    [
      "that another keeps already are left alone",
      graph({ Worker: { replicas: 4 } }, managed("dynamo-scaling", "Worker")),
      0,
    ],
    ["that nobody has set are left alone", graph({ Worker: {} }), 0],
  ])("replicas %s", async (_, live, count) => {
    const { address, writes } = await filled(live);
    await prepareUpdate(graph({ Worker: {} }), address);
    expect(writes).toHaveLength(count);
    if (count > 0)
      expect(writes[0]?.body).toEqual({
        apiVersion: "nvidia.com/v1alpha1",
        kind: "DynamoGraphDeployment",
        metadata: { name: "chat", namespace: "dynamo" },
        spec: { services: { Worker: { replicas: 4 } } },
      });
  });

  test("in v1beta1 they are those of a component of that name", async () => {
    const beta = (components: object[]) =>
      ({
        ...graph({}),
        apiVersion: "nvidia.com/v1beta1",
        spec: { components },
      }) as unknown as DynamoGraphDeployment;
    const { address, writes } = await filled(beta([{ name: "worker", replicas: 3 }]));
    await prepareUpdate(beta([{ name: "worker" }]), address);
    expect(writes[0]?.body).toMatchObject({ spec: { components: [{ name: "worker", replicas: 3 }] } });
  });

  const scaler = (kind: "HorizontalPodAutoscaler" | "ScaledObject", component: string, owner: string) => ({
    apiVersion: kind === "ScaledObject" ? "keda.sh/v1alpha1" : "autoscaling/v2",
    kind,
    metadata: {
      name: `chat-${component}`,
      namespace: "dynamo",
      ...madeBy(owner),
    },
  });
  const own = ownerOf({ organization: "team", project: "dynamo", stack: "dev" });

  test.each([
    [true, [undefined, undefined, "there", "there"]],
    [false, ["there", "there", "there", "there"]],
  ])("where adapters stay (%s) autoscalers go of what the graph sets", async (adaptersStay, after) => {
    const { address, find } = await filled(
      graph({ Worker: { replicas: 1 }, Prefill: { replicas: 1 }, Decode: {}, Other: { replicas: 1 } }),
      scaler("HorizontalPodAutoscaler", "worker", own),
      scaler("ScaledObject", "prefill", own),
      scaler("ScaledObject", "decode", own),
      scaler("ScaledObject", "other", "prod-1"),
    );
    const newInputs = graph({
      Worker: { replicas: 1 },
      Prefill: { replicas: 1 },
      Decode: {},
      Other: { replicas: 1 },
    });
    const lines = await told(() =>
      inEngine(() =>
        call(() => prepareReplicas("chat", { adaptersStay } as GraphPlan, address), { newInputs }),
      ),
    );
    expect(lines).toEqual([]);
    const kinds = ["HorizontalPodAutoscaler", "ScaledObject", "ScaledObject", "ScaledObject"];
    const names = ["worker", "prefill", "decode", "other"];
    expect(kinds.map((kind, i) => find(kind, `chat-${names[i]}`) && "there")).toEqual(after);
  });

  test("a cluster that can't be asked is told of", async () => {
    const { address } = await cluster({ "GET /apis/nvidia.com": 403 });
    const make = () => prepareReplicas("chat", { adaptersStay: false } as GraphPlan, address);
    const lines = await told(() => inEngine(() => call(make, { newInputs: graph({}) })));
    expect(lines).toEqual([expect.stringMatching(/^warn: can't reach the scaling adapters of chat: /)]);
  });
});

test("an update that an autoscaler has overtaken is known by the operator's words", () => {
  expect(isOvertaken("spec.services: replicas can't be changed while scaling adapter is enabled")).toBe(true);
  expect(isOvertaken("quota exceeded")).toBe(false);
  expect(isOvertaken(undefined)).toBe(false);
});

test.each([
  ["only for want of preparation", { Worker: { replicas: 2, scalingAdapter: {} } }, {}, true],
  ["not at all where nothing changes", { Worker: { replicas: 4, scalingAdapter: {} } }, {}, false],
  ["not at all without an adapter", { Worker: { replicas: 2 } }, {}, false],
])("the operator would refuse an update %s", async (_, services, metadata, refused) => {
  const { address } = await filled(graph(services, metadata));
  const wanted = { Worker: { ...services.Worker, replicas: 4 } };
  const plan = { deployment: graph(wanted), operatorLine: "1.4" } as GraphPlan;
  expect(await inEngine(() => isOnlyUnprepared(plan, address), { isPreview: true })).toBe(refused);
});
