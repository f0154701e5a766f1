/** Whether a stack can have a graph as it runs. */
import { parse } from "yaml";
import { type LiveGraph, readLiveGraph } from "../../../commands/adopt/graphsInCluster";
import { newStack } from "../../../commands/adopt/newStack";
import { judge, restarting } from "../../../commands/adopt/verdict";
import type { StackConfig } from "../../../config/schema";
import { type Manifest, record } from "../../../gpus/manifest";
import { ownerLabel } from "../../../plan/owner";
import { planStack } from "../../../plan/stack";
import { beta } from "../import/graphs";
import { connectedClusters } from "./connected";

const cluster = connectedClusters();

const oldWorker = (half: string, ...args: string[]) => `
      componentType: worker
      subComponentType: ${half}
      replicas: 1
      resources: { limits: { gpu: "1" } }
      extraPodSpec:
        mainContainer:
          image: example.com/vllm-runtime:0.8.1
          command: [python3, -m, dynamo.vllm]
          args: [${["--model", "Qwen/Qwen3-32B", ...args].join(", ")}]`;
/** A graph of before 1.0, whose workers start anew each by itself. */
const old = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat, namespace: serving }
spec:
  services:
    Frontend:
      componentType: frontend
      replicas: 1
      extraPodSpec: { mainContainer: { image: "example.com/vllm-runtime:0.8.1" } }
    PrefillWorker: ${oldWorker("prefill", "--is-prefill-worker")}
    DecodeWorker: ${oldWorker("decode")}
`;

const running = (manifest: Manifest, more: Partial<LiveGraph> = {}): LiveGraph => ({
  ...{ namespace: "serving", name: "chat", configMaps: [], pods: [], hasRelease: undefined },
  ...{ manifest, ...more },
});
const adopting = (live: LiveGraph) => newStack("dynamo", [live], [], "prod").config;

/** The verdict on a graph of a stack that was made for it, and whose settings were changed since. */
async function verdict(
  text: string,
  more: Partial<LiveGraph> = {},
  change = (config: StackConfig): StackConfig => config,
) {
  const { add, connection } = await cluster();
  const live = running(parse(text), more);
  add(live.manifest);
  return judge(connection, change(adopting(live)), 0, live, "prod-1");
}

type Patch = NonNullable<StackConfig["graphs"][number]["adopted"]>["patch"];

/** The settings with another `adopted.patch`. */
const patched =
  (change: (patch: Patch) => Patch) =>
  (config: StackConfig): StackConfig => ({
    ...config,
    graphs: config.graphs.map(({ adopted, ...graph }) => ({
      ...graph,
      adopted: adopted && { ...adopted, patch: change(adopted.patch) },
    })),
  });
const without = (part: RegExp) => patched((patch) => patch.filter(({ path }) => !part.test(path)));

/** A graph whose metadata has more. */
const having = (metadata: object) =>
  JSON.stringify({ ...parse(beta), metadata: { ...record(parse(beta).metadata), ...metadata } });

const pod = (name: string, value: string) => ({
  metadata: { name },
  spec: { containers: [{ name: "main", env: [{ name: "DYN_DISCOVERY_BACKEND", value }] }] },
});

test.each([
  ["v1alpha1", old],
  ["v1beta1", beta],
])("a graph of %s is kept as it runs, and nobody holds it", async (_, text) => {
  const found = await verdict(text, { pods: [pod("a", "kubernetes")] });
  expect(found).toMatchObject({ index: 0, holders: [], changes: [], graph: { name: "chat" } });
  expect(restarting(found)).toEqual([]);
  const kept = adopting(running(parse(text))).graphs[0]?.adopted?.patch.filter(({ op }) => op !== "test");
  expect(found.kept).toBe(kept?.length);
});

test("a graph that the stack has made keeps nothing but what its settings say", async () => {
  const { add, connection } = await cluster();
  const { graphs, ...config } = adopting(running(parse(beta)));
  const settings = { ...config, graphs: graphs.map((graph) => ({ ...graph, adopted: undefined })) };
  const { deployment } = planStack(settings).graphs[0] ?? {};
  if (deployment === undefined) throw new Error("no graph");
  add(deployment);
  const live = await readLiveGraph(connection, deployment.metadata);
  expect(await judge(connection, settings, 0, live, "prod-1")).toMatchObject({ changes: [], kept: 0 });
});

test("what others write of it is told: stacks, and Helm by whether its release is there", async () => {
  const annotations = { "meta.helm.sh/release-name": "llm", "meta.helm.sh/release-namespace": "serving" };
  const held = async (metadata: object, hasRelease?: boolean) =>
    (await verdict(having(metadata), { hasRelease })).holders;
  expect(await held({ annotations }, false)).toMatchObject(
    [{ who: "Helm", remedy: /release is gone/ }].map(matched),
  );
  expect(await held({ annotations }, true)).toMatchObject(
    [{ who: "Helm", remedy: /helm upgrade/ }].map(matched),
  );
  expect(await held({ labels: { [ownerLabel]: "theirs-2" } })).toMatchObject([{ who: "stack theirs-2" }]);
  expect(await held({ labels: { [ownerLabel]: "prod-1" } })).toEqual([]);

  function matched({ remedy, ...holder }: { who: string; remedy: RegExp }) {
    return { ...holder, remedy: expect.stringMatching(remedy) };
  }
});

test.each([
  ["a frontend, alone", beta, /components\/0\/.*startupProbe/, [["Frontend"]]],
  [
    "a worker, with all workers from 1.0 on",
    beta,
    /components\/1\/.*args/,
    [["PrefillWorker", "DecodeWorker"]],
  ],
  ["a worker, alone before", old, /PrefillWorker\/.*args/, [["PrefillWorker"]]],
])("a field that is not kept starts anew %s", async (_, text, part, components) => {
  const { changes, ...found } = await verdict(text, {}, without(part));
  expect(changes.map(({ restarts }) => restarts)).toEqual(components);
  const scaled = { field: "spec.replicas", from: 1, to: 2, restarts: [] };
  expect(restarting({ ...found, changes: [...changes, scaled] })).toEqual(changes);
});

test("a stack that would be refused adopts nothing", async () => {
  const wrong = patched(() => [{ op: "replace", path: "/spec/components/0/replicas", value: 7 }]);
  await expect(verdict(beta, {}, wrong)).rejects.toThrow(
    /^the stack can't be made, and so adopts nothing: graph chat: adopted\.patch has other pods or GPUs/,
  );
});

test("pods that find each other otherwise are named: the stack's would not find them", async () => {
  const pods = [pod("a", "etcd"), pod("b", "kubernetes"), pod("c", "")];
  await expect(verdict(beta, { pods })).rejects.toThrow(
    /^the pods of serving\/chat find each other otherwise .* \(a, c\): .*dynamo:discovery\.mode/,
  );
});

test("an update that the API server refuses is told", async () => {
  const { connection } = await cluster({ PATCH: 422 });
  const live = running(parse(beta));
  await expect(judge(connection, adopting(live), 0, live, "prod-1")).rejects.toThrow(
    /^the update of serving\/chat, tried out: /,
  );
});
