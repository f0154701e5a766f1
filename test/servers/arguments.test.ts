/** The released parsers take the commands that the program renders, and refuse what their release does not know. */
import type { Backend } from "../../config/graph";
import { releaseLineOf } from "../../config/runtime/versions";
import { stackConfig } from "../../config/schema";
import type { Component } from "../../plan/graph/model";
import { planStack } from "../../plan/stack";
import { multinodeCommand } from "../../rehearsal/operator/multinodeCommand";
import { runtime } from "../config/runtimes";
import { configOf, isRefused, modes, surroundings, type Variant, variants } from "../examples/variants";
import { executor } from "../rehearsal/execute";
import { type ParserVersion, parserVersions, refusals } from "../runtime/arguments";

jest.setTimeout(300_000);

const report = (line: string) => process.stderr.write(`${line}\n`);
const model = ["--model", "Qwen/Qwen3-0.6B"];
const nixl = ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'];
const dynamo = (module: string, ...args: string[]) => ["python3", "-m", `dynamo.${module}`, ...args];

// Each fetches its packages first, 100 to 250 MB.
beforeAll(async () => {
  for (const version of parserVersions) await refusals(version, [], { report });
}, 1_800_000);

const { execute, remove } = executor();
afterAll(remove);

/** Commands of the pods of a component, as they run: a worker over several nodes as the operator of its release starts it. */
function commandsOf(
  { container, nodes, gpus, role }: Component,
  backend: Backend,
  version: string,
): string[][] {
  const { command = [], args = [] } = container;
  if (command.length === 0) return []; // the operator's own
  if (role === "planner" || role === "frontend") return [[...command, ...args]];
  const line = releaseLineOf(version);
  const node = {
    line,
    backend,
    component: "Worker",
    nodes,
    gpus: gpus?.perPod ?? 0,
    orchestrator: "grove",
  } as const;
  const pods =
    nodes === 1
      ? [{ command, args }]
      : (["leader", "follower"] as const)
          .filter((side) => side === "leader" || backend !== "trtllm") // else it runs sshd
          .map((side) => multinodeCommand({ command, args }, { ...node, role: side }));
  return pods.flatMap((pod) => execute(pod, "sh")).map((words) => ["python3", ...words]);
}

const profile = { maxGpus: 8, profile: "profile" };
const nodes = { name: "W", gpus: 4, nodes: 2, pipelineParallel: 2 };
const shapes: object[] = [
  { router: { mode: "random" }, workers: nodes },
  { router: { mode: "kv" }, frontend: { replicas: 2 } },
  { router: { mode: "kv" }, prefill: { ...nodes, name: "P" }, decode: {} },
  { workers: { gpus: 4, nodes: 2, dataParallel: 8, expertParallel: true } },
  { prefill: {}, decode: {}, planner: profile },
  { loras: [{ name: "a", source: "s3://adapters/a" }] },
];

/** What the examples don't have of every engine. */
const others: Variant[] = (["vllm", "sglang", "trtllm"] as const).flatMap((backend) =>
  shapes.flatMap((shape) => {
    const graphs = [{ name: "demo", model: "Qwen/Qwen3-0.6B", backend, ...shape }];
    const values = {
      "dynamo:graphs": JSON.stringify(graphs),
      "dynamo:platform": JSON.stringify({ orchestrator: "grove" }),
    };
    const example = { name: backend, text: "", values, config: stackConfig.parse({ graphs }) };
    return surroundings.map((around) => ({ example, ...around }));
  }),
);

/** Before 1.0 vLLM's halves have a connector by default, and refuse a transfer of an example's own beside it (docs/limits.md). */
const hasTwoTransfers = (command: readonly string[]) =>
  command.includes("--kv-transfer-config") &&
  command.some((word) => /^--is-(prefill|decode)-worker$/.test(word));
const twoTransfers = "Cannot specify both --kv-transfer-config and --connector flags";

describe.each(parserVersions)(
  "runtime %s takes the commands of every example, and more, that it can make",
  (version) => {
    test.each(modes)("in %s mode", async (mode) => {
      const commands = [...variants, ...others]
        .filter((variant) => variant.version === version && variant.mode === mode)
        .map(configOf)
        .flatMap((config) =>
          isRefused(config)
            ? []
            : planStack(config).graphs.map((graph, i) => ({ graph, config: config.graphs[i] })),
        )
        .flatMap(({ graph, config }) =>
          graph.components.flatMap((component) => commandsOf(component, config?.backend ?? "vllm", version)),
        )
        .map((command) => command.join("\0"));
      const known = [...new Set(commands)].map((command) => command.split("\0"));
      expect(known.length > 0).toBe(mode === "nats-etcd" || runtime(version, mode).kubernetesDiscovery);
      const said = await refusals(version, known, { report });
      expect(known.map((command, index) => [command, said[index]])).toEqual(
        known.map((command) => [command, hasTwoTransfers(command) ? twoTransfers : undefined]),
      );
    });
  },
);

type Versions = readonly ParserVersion[];
const since = (first: ParserVersion) => parserVersions.slice(parserVersions.indexOf(first));
const to = (last: ParserVersion) => parserVersions.slice(0, parserVersions.indexOf(last) + 1);

/** Commands, the releases that refuse them, and what these say. */
const refused: [command: string[], by: Versions, message: RegExp][] = [
  [dynamo("frontend", "--router-mode", "kv", "--router-replica-sync", "--no-kv-events"), [], /^$/],
  [dynamo("frontend", "--router-mode", "kv", "--no-router-kv-events"), to("0.9.1"), /--no-router-kv-events/],
  [dynamo("frontend", "--router-mode", "kv", "--kv-overlap-score-weight", "1"), [], /^$/],
  [dynamo("frontend", "--router-mode", "fastest"), parserVersions, /invalid choice: 'fastest'/],
  [dynamo("frontend", "--wait-for-workers-timeout=30s"), parserVersions, /--wait-for-workers-timeout/],
  [dynamo("frontend", "--router-min-initial-workers", "2"), to("1.0.2"), /--router-min-initial-workers/],

  [dynamo("mocker", "--model-path", "tiny", "--model-name", "tiny"), [], /^$/],
  [dynamo("mocker", "--speed", "10", "--no-such-option"), parserVersions, /--no-such-option/],

  [dynamo("vllm", ...model, "--is-decode-worker"), since("1.4.2"), /arguments: --is-decode-worker/],
  [dynamo("vllm", ...model, "--is-prefill-worker"), since("1.0.2"), /--kv-transfer-config|--is-prefill/],
  [
    dynamo("vllm", ...model, "--is-prefill-worker", ...nixl),
    without("1.0.2", "1.2.1"),
    /--connector|--is-pre/,
  ],
  [dynamo("vllm", ...model, "--disaggregation-mode", "decode"), to("0.9.1"), /--disaggregation-mode decode/],
  [
    dynamo("vllm", ...model, "--disaggregation-mode", "prefill", ...nixl),
    to("0.9.1"),
    /--disaggregation-mode/,
  ],
  [dynamo("vllm", ...model, "--connector", "nixl"), since("1.0.2"), /Use --kv-transfer-config/],
  [dynamo("vllm", ...model, "--dyn-tool-call-parser", "nonsense"), parserVersions, /'nonsense'/],
  [dynamo("vllm", ...model, "--tensor-parallel-size", "two"), parserVersions, /invalid int value: 'two'/],

  [dynamo("sglang", "--model-path", "m", "--disaggregation-mode", "prefill"), [], /^$/],
  [
    dynamo("sglang", "--model-path", "m", "--disaggregation-mode", "agg"),
    to("1.2.1"),
    /invalid choice: 'agg'/,
  ],
  [dynamo("sglang", "--disaggregation-mode", "decode"), parserVersions, /required: --model-path/],

  [dynamo("trtllm", "--model-path", "m", "--disaggregation-mode", "prefill"), [], /^$/],
  [dynamo("trtllm", ...model, "--publish-events-and-metrics"), [], /^$/], // to 0.9, --model is short for --model-path
  [dynamo("trtllm", "--model-path", "m", "--publish-kv-events"), to("1.2.1"), /--publish-kv-events/],
  [
    dynamo("trtllm", "--disaggregation-strategy", "prefill_first"),
    parserVersions,
    /--disaggregation-strategy/,
  ],

  [["python3", "-m", "planner_sla", "--ttft=500", "--max-gpu-budget=8"], since("1.0.2"), /no parser/],
  [dynamo("planner", "--config", '{"backend":"vllm","ttft":500}'), to("0.9.1"), /no parser/],
  [dynamo("planner", "--config", '{"max_gpu_budget":"many"}'), parserVersions, /no parser|max_gpu_budget/],

  [["/bin/sh", "-c", "python3 -m dynamo.mocker --model-path 'a b'"], [], /^$/],
  [["sleep", "1"], parserVersions, /not a module of Dynamo: sleep 1/],
];

function without(...accepting: ParserVersion[]): Versions {
  return parserVersions.filter((version) => !accepting.includes(version));
}

test.each(parserVersions)("runtime %s refuses what it does not know, and nothing else", async (version) => {
  const said = await refusals(
    version,
    refused.map(([command]) => command),
    { report },
  );
  for (const [index, [command, by, message]] of refused.entries())
    expect([command, said[index]]).toEqual([
      command,
      by.includes(version) ? expect.stringMatching(message) : undefined,
    ]);
});
