/** A stack's graph is, with what it has adopted, the one that runs: to the letter. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { LiveGraph } from "../../../commands/adopt/graphsInCluster";
import { newStack } from "../../../commands/adopt/newStack";
import { refusePlainSecrets } from "../../../commands/adopt/plainSecrets";
import { UserError } from "../../../commands/cli/userError";
import { objectsOf } from "../../../commands/import/objects";
import { ConfigError } from "../../../config/parse";
import { projectDir } from "../../../config/project";
import type { StackConfig } from "../../../config/schema";
import { at, list, type Manifest, text } from "../../../gpus/manifest";
import { summariseGraphs } from "../../../plan/graph/summary";
import { planStack } from "../../../plan/stack";
import { filesOf, folder, isThere } from "../import/corpus";
import { aggregated, alpha, beta } from "../import/graphs";

/** A graph as it is read, whatever its file says of the namespace. */
function running(manifest: Manifest): LiveGraph {
  const [namespace, name] = ["serving", text(at(manifest, "metadata", "name"))];
  const metadata = { ...(manifest.metadata as object), namespace };
  return {
    ...{ namespace, name, manifest: { ...manifest, metadata } },
    ...{ configMaps: [], pods: [], hasRelease: undefined },
  };
}

const adopting = (text: string) => newStack("dynamo", [running(parse(text))], [], "prod");
const plannedBy = (config: StackConfig, i = 0) => planStack(config).graphs[i]?.deployment;

/** A spec by its components' names, without replicas that are a planner's. */
const specOf = (graph: unknown, isPlanned = false) => {
  const { services, components, ...spec } = at(graph, "spec") as Manifest;
  const all = [
    ...Object.entries((services as Manifest | undefined) ?? {}),
    ...list(components).map((one) => [text(at(one, "name")), one] as const),
  ];
  const own = all.map(([name, one]) => {
    const { replicas, ...rest } = one as Manifest;
    const isScaled = isPlanned && !/^(frontend|planner)$/.test(text(rest.componentType) || text(rest.type));
    return [name, isScaled ? rest : { replicas, ...rest }];
  });
  return { ...spec, components: Object.fromEntries(own) };
};

test.each([
  ["v1alpha1", alpha],
  ["v1beta1", beta],
  ["v1beta1, workers of one kind", aggregated()],
])("%s", (_, text) => {
  const { config } = adopting(text);
  const { refusals, graphs, warnings } = planStack(config);
  expect(refusals).toEqual([]);
  expect(warnings).toContainEqual(
    expect.stringMatching(
      /^graph chat has \d+ fields as before the stack .*dynamo:graphs\[0\]\.adopted\.patch/,
    ),
  );
  expect(specOf(graphs[0]?.deployment)).toEqual(specOf(parse(text)));
  expect(graphs[0]?.deployment.metadata).toEqual({ name: "chat", namespace: "serving", annotations: {} });
});

test.each([
  ["v1alpha1", alpha],
  ["v1beta1", beta],
])(
  "what %s has of its own stays that graph at the next update; without it a field that no operator changes asks for another",
  (_, text) => {
    const { config } = adopting(text);
    const before = planStack(config);
    const deployed = summariseGraphs(before.graphs, before.runtime);
    expect(deployed.chat).toMatchObject({ adopted: true, deployment: "chat" });
    expect(planStack(config, deployed)).toMatchObject({
      graphs: [{ deployment: { metadata: { name: "chat" } } }],
      switchover: { replaced: {} },
    });
    const [graph] = config.graphs;
    const patch = graph?.adopted?.patch.filter(({ path }) => path !== "/spec/backendFramework");
    const rid = { ...config, graphs: [{ ...graph, adopted: { ...graph?.adopted, patch } }] } as never;
    expect(planStack(rid, deployed).switchover.replaced).toHaveProperty("chat");
  },
);

test("the stack's file is read as the same stack, and stays on the cluster of the graph", () => {
  const { config, text } = adopting(alpha);
  expect(parse(text).config).toMatchObject({
    "dynamo:cluster": { context: "prod" },
    "dynamo:graphs": [{ adopted: config.graphs[0]?.adopted }],
  });
});

test("settings go on to say what is not kept as it runs, and are refused where that says otherwise", () => {
  const { config } = adopting(beta);
  const [graph] = config.graphs;
  if (graph?.decode === undefined) throw new Error("there are decode workers");
  const scaled = { ...config, graphs: [{ ...graph, decode: { ...graph.decode, replicas: 5 } }] };
  expect(list(at(plannedBy(scaled), "spec", "components"))).toContainEqual(
    expect.objectContaining({ name: "DecodeWorker", replicas: 5 }),
  );
  const patch = [{ op: "replace", path: "/spec/components/0/replicas", value: 7 }] as const;
  const wrong = { ...config, graphs: [{ ...graph, adopted: { ...graph.adopted, patch } }] } as never;
  expect(planStack(wrong).refusals).toEqual([
    "graph chat: adopted.patch has other pods or GPUs of Frontend than the graph's settings: take out what says them",
  ]);
});

test.each([
  ["another revision", { revision: 2 }],
  ["no adoption any more", { adopted: undefined }],
])("%s is a new graph in place of the one that was adopted", (_, change) => {
  const { config } = adopting(beta);
  const deployed = {
    chat: { deployment: "chat", apiVersion: "nvidia.com/v1beta1", mode: "kubernetes", gpus: 14 },
  };
  const other = { ...config, graphs: config.graphs.map((graph) => ({ ...graph, ...change })) };
  const { graphs, switchover } = planStack(other, deployed as never);
  expect(graphs[0]?.deployment.metadata.name).toMatch(/^g[0-9a-f]{4}-chat$/);
  expect(at(graphs[0]?.deployment, "metadata", "annotations")).not.toEqual({});
  expect(switchover.replaced).toMatchObject({ chat: { deployment: "chat" } });
});

test("the other mode is a new graph, too, which keeps nothing, and says so", () => {
  const { config } = adopting(beta);
  const etcd = adoptingIn(config, { mode: "nats-etcd" });
  expect(planStack(etcd).warnings).toContainEqual(
    expect.stringMatching(/-chat-etcd takes the place of chat, which was adopted: take .*adopted out$/),
  );
  expect(plannedBy(etcd)?.metadata.name).toMatch(/-chat-etcd$/);
});

const adoptingIn = (config: StackConfig, discovery: object): StackConfig => {
  const { checkSettings } = jest.requireActual("../../../config/parse");
  const { runtime, platform, namespace, graphs } = config;
  const { version } = runtime;
  const { apiVersion } = platform;
  return checkSettings({ discovery, runtime: { version }, platform: { apiVersion }, namespace, graphs })
    .config;
};

test("a secret as plain text is refused, and not said", () => {
  const token = "hf_abcdefghijklmnopqrstuvwxyzabcdefgh";
  const graph = parse(aggregated({ env: `{ name: HF_TOKEN, value: ${token} }` }));
  expect(() => refusePlainSecrets(graph)).toThrow(
    /^(?!.*hf_).* has a secret as plain text, .* HF_TOKEN of Secret chat-env/,
  );
});

test("a graph that finds its workers by etcd is refused without servers", () => {
  const text = alpha.replace(
    "name: chat,",
    "name: chat, annotations: { nvidia.com/dynamo-discovery-backend: etcd },",
  );
  expect(() => adopting(text)).toThrow(
    /finds its workers by NATS and etcd, .*dynamo:discovery.nats.external/,
  );
});

const page = readFileSync(join(projectDir, "docs/migrating.md"), "utf8");

(isThere ? test : test.skip)(
  "NVIDIA's own graphs are adopted as often as the page says, each to the letter",
  () => {
    if (!isThere) console.warn(`adoptions are not held against NVIDIA's graphs: ${folder} is not there`);
    const copies = mkdtempSync(join(tmpdir(), "adopt-"));
    const copy = join(copies, "graph.yaml");
    let [adopted, files] = [0, 0];
    for (const written of filesOf()) {
      files++;
      writeFileSync(copy, written);
      try {
        const { graphs, beside } = objectsOf([copy]);
        const live = graphs.map(running);
        const { config } = newStack("dynamo", live, beside, "prod");
        const { refusals } = planStack(config);
        if (refusals.length > 0) throw new UserError(refusals.join("; "));
        for (const [i, { manifest }] of live.entries()) {
          const isPlanned = config.graphs[i]?.planner !== undefined;
          expect(specOf(plannedBy(config, i), isPlanned)).toEqual(specOf(manifest, isPlanned));
        }
        adopted++;
      } catch (error) {
        if (!(error instanceof UserError || error instanceof ConfigError)) throw error;
      }
    }
    rmSync(copies, { recursive: true });
    const [, said, of] = /(\d+) of the (\d+) files are adopted/.exec(page) ?? [];
    expect([files, adopted]).toEqual([Number(of), Number(said)]);
  },
  300_000,
);
