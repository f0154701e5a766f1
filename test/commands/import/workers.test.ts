/** What of workers is read by a setting, or does not matter. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importGraphs } from "../../../commands/import/importGraphs";
import { objectsOf } from "../../../commands/import/objects";
import { stackFile } from "../../../commands/import/stackFile";
import { aggregated } from "./graphs";

const folder = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));

function imported(text: string) {
  const file = join(folder, "graph.yaml");
  writeFileSync(file, text);
  const { graphs, beside } = objectsOf([file]);
  const result = importGraphs(graphs, beside);
  const [{ leftOut = [], changes = [], harmless = [] } = {}] = result.graphs;
  const { workers } = (result.settings.graphs as { workers?: Record<string, unknown> }[])[0] ?? {};
  return {
    result,
    workers,
    changes,
    left: leftOut.map(({ what }) => what),
    harmless: harmless.map(({ field }) => field),
  };
}

const withRouter = (text: string) =>
  text.replace(
    'name: main, image: "example.com/vllm:1.4.2"',
    '$&, args: ["--router-mode", "kv"], command: [python3, -m, dynamo.frontend]',
  );

test.each([
  [" --enable-metrics", { "page-size": null }],
  [" --enable-metrics --page-size 16", undefined],
  [" --page-size 64 --enable-metrics", undefined],
  [" --page-size 16", undefined], // metrics that the plan adds change no answer
])("SGLang's pages are of the size that they were: %j", (page, engineConfig) => {
  const { workers, left, changes, result } = imported(
    withRouter(aggregated({ args: `python3 -m dynamo.sglang --model-path a/b${page}` })),
  );
  expect(workers?.engineConfig).toEqual(engineConfig);
  expect([left, changes]).toEqual([[], []]);
  for (const key of Object.keys(engineConfig ?? {}))
    expect(stackFile("dynamo", result)).toContain(`${key}: null`);
});

test("what runs before an engine may have other programs' letters, and not the engine's flags", () => {
  const before = 'X="$(nvidia-smi topo -m | sort -r -n)"\nexport X';
  const { workers, left, changes } = imported(
    aggregated({ args: `${before}\nexec python3 -m dynamo.vllm --model a/b` }),
  );
  expect([workers?.setup, left, changes]).toEqual([before, [], []]);
  const other = imported(aggregated({ args: "export X='--tp 8'\nexec python3 -m dynamo.vllm --model a/b" }));
  expect(other.workers?.setup).toBeUndefined();
});

test("a working directory is the same with a slash behind it", () => {
  const container = (slash: string) =>
    `command: [/bin/sh, -c]\n              workingDir: /workspace/examples${slash}`;
  const args = "./prepare\nexec python3 -m dynamo.vllm --model a/b";
  const { workers, left } = imported(aggregated({ args, container: container("/") }));
  expect(workers?.workingDir).toBe("/workspace/examples");
  expect(left).toEqual([]);
});

const overNodes = (pod: string) =>
  aggregated({
    args: "python3 -m dynamo.vllm --model a/b --data-parallel-size 2 --data-parallel-rpc-port 29500",
    pod,
  }).replace("type: worker", "type: worker\n      multinode: { nodeCount: 2 }");

test("the port at which nodes meet is the operator's, but on the nodes' own network", () => {
  const { left, harmless } = imported(overNodes("nodeSelector: {}"));
  expect(left).toEqual([]);
  expect(harmless).toContain("flag --data-parallel-rpc-port");
  expect(imported(overNodes("hostNetwork: true")).left).toContain("--data-parallel-rpc-port: 29500");
});

test.each([
  ["prefill_first", []],
  ["decode_first", ["--disaggregation-strategy: decode_first"]],
])("a strategy that no release has any more is told where it would be another: %s", (strategy, lost) => {
  const args = `python3 -m dynamo.trtllm --model-path a/b --disaggregation-strategy ${strategy}`;
  expect(imported(aggregated({ args })).left).toEqual(lost);
});

const snapshots = (fields: string) =>
  imported(
    aggregated({ args: "python3 -m dynamo.vllm --model a/b --load-format gms --revision v1" }).replace(
      "type: worker",
      `type: worker\n      experimental: ${fields}`,
    ),
  );

test("a memory service and a checkpoint are settings, and so is the model's revision", () => {
  const { workers, left, changes, result } = snapshots(
    "{ gpuMemoryService: { mode: IntraPod }, checkpoint: { enabled: true } }",
  );
  expect([left, changes]).toEqual([[], []]);
  expect(workers).toMatchObject({
    gpuMemoryService: { deviceClass: "gpu.nvidia.com" },
    checkpoint: { startupPolicy: "Immediate" },
  });
  expect(result.settings.graphs).toMatchObject([{ modelRevision: "v1" }]);
});

test("engines that stand by are told to be left out", () => {
  const { workers, left } = snapshots("{ gpuMemoryService: {}, failover: {} }");
  expect(workers?.gpuMemoryService).toEqual({ deviceClass: "gpu.nvidia.com" });
  expect(left).toEqual(["experimental.failover: {}"]);
});

test("an Endpoint Picker and the frontends beside the engines are settings", () => {
  const graph = `apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: chat }
spec:
  services:
    Epp:
      componentType: epp
      eppConfig: { config: { plugins: [{ type: max-score-picker }], schedulingProfiles: [] } }
      extraPodSpec:
        mainContainer:
          image: example.com/frontend:1.4.2
          env: [{ name: DYN_KV_CACHE_BLOCK_SIZE, value: "64" }, { name: DYN_MODEL_NAME, value: a/b }, { name: X, value: z }]
    Worker:
      componentType: worker
      resources: { limits: { gpu: "1" } }
      frontendSidecar: { image: "example.com/frontend:1.4.2", args: [-m, dynamo.frontend, --router-mode, direct, --x, "1"], envs: [{ name: DYN_ROUTER_MODE, value: direct }] }
      extraPodSpec:
        mainContainer:
          image: example.com/vllm:1.4.2
          command: [python3, -m, dynamo.vllm]
          args: [--model, a/b]
`;
  const { result, left, changes } = imported(graph);
  expect([left, changes]).toEqual([[], []]);
  expect(result.settings.graphs).toMatchObject([
    {
      endpointPicker: {
        name: "Epp",
        blockSize: 64,
        config: { plugins: [{ type: "max-score-picker" }] },
        image: "example.com/frontend:1.4.2",
        env: [{ name: "X", value: "z" }],
      },
      frontend: { image: "example.com/frontend:1.4.2", args: ["--x", "1"] },
    },
  ]);
  expect(JSON.stringify(result.settings)).not.toContain("DYN_ROUTER_MODE");
  const elsewhere = imported(graph.replace('--x, "1"', "--http-port=9000"));
  expect(elsewhere.left).toEqual(["beside.flag --http-port: 9000"]);
  // As it was written before the API had a field for it.
  const container = `containers:
          - name: frontend
            image: example.com/vllm:1.4.2
            args: [-m, dynamo.frontend, --router-mode, direct]
            env: [{ name: DYN_NAMESPACE, value: chat }]
            livenessProbe: { httpGet: { path: /live, port: http } }
        mainContainer:
          image: example.com/vllm:1.4.2`;
  const before = imported(
    graph
      .replace(/\n {6}frontendSidecar:.*/, "")
      .replace(/mainContainer:\n {10}image: example.com.vllm:1.4.2/, container),
  );
  expect([before.left, before.changes]).toEqual([[], []]);
});
