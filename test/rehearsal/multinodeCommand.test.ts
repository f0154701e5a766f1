/** What workers are started with, once the operator of each release has made its own of their commands. */
import { parseConfig } from "../../config/parse";
import { releases } from "../../config/runtime/releases";
import { planStack } from "../../plan/stack";
import { multinodeCommand } from "../../rehearsal/operator/multinodeCommand";
import { executor, type Started } from "./execute";

const { execute, remove } = executor();
afterAll(remove);

/** Arguments that are hard to hand on: JSON, blanks, quotes, what a shell expands, and the engines' names. */
const hard = [
  '--json={"a": "vllm sglang trtllm; b", "c": ["*", "d e"]}',
  "--blanks=two  blanks",
  '--quotes="double" `back`',
  "--shell=$HOME;&|<>()*?#~!\\",
  "--last",
];

/** The worker's container, as the plan has it. */
function planned(version: string, backend: string, pool: object, orchestrator = "grove"): Started {
  const graphs = [{ name: "demo", model: "org/model", backend, router: { mode: "kv" }, workers: pool }];
  const values = {
    "dynamo:discovery": JSON.stringify({ mode: version.startsWith("0.7") ? "nats-etcd" : "kubernetes" }),
    "dynamo:runtime": JSON.stringify({ version }),
    "dynamo:platform": JSON.stringify({ orchestrator }),
    "dynamo:graphs": JSON.stringify(graphs),
  };
  const component = planStack(parseConfig("dynamo", "test", values, () => false)).graphs[0]?.components.at(
    -1,
  );
  const { command = [], args = [] } = component?.container ?? {};
  return { command, args };
}

/** What the operator put before and behind arguments; undefined where they did not arrive whole. */
function around(given: readonly string[], args: readonly string[]): string | undefined {
  for (let at = 0; at + args.length <= given.length; at++)
    if (args.every((arg, i) => arg === given[at + i]))
      return [...given.slice(0, at), "…", ...given.slice(at + args.length)].join(" ");
  return undefined;
}

const sizes = [
  ["tensor parallel", {}],
  ["pipeline parallel", { pipelineParallel: 2 }],
  ["data parallel", { dataParallel: 8, expertParallel: true }],
  ["an engine on each node", { dataParallel: 2 }],
] as const;

const cases = [...releases.values()].flatMap(({ releaseLine: line, newest: version }) =>
  sizes.flatMap(([name, size]) =>
    (["vllm", "sglang", "trtllm"] as const)
      .filter((backend) => backend !== "trtllm" || name !== "an engine on each node") // it divides by all GPUs, or not at all
      .flatMap((backend) =>
        (["grove", "leaderworkerset"] as const)
          .filter(
            (orchestrator) =>
              !(orchestrator === "leaderworkerset" && backend === "vllm" && "dataParallel" in size),
          )
          .map((orchestrator) => ({ line, version, name, size, backend, orchestrator })),
      ),
  ),
);

/** Lines of operators that start an engine alike, by how. */
const starts = new Map<string, Set<string>>();

test.each(cases)("operator $line hands on all arguments of $backend, $name, on $orchestrator", (one) => {
  const { line, version, backend, size, orchestrator } = one;
  const [alone = []] = execute(planned(version, backend, { ...size, gpus: 8, args: hard }), "sh");
  expect(alone.slice(-hard.length)).toEqual(hard);
  const container = planned(version, backend, { ...size, gpus: 4, nodes: 2, args: hard }, orchestrator);
  const executors = backend !== "vllm" || line.startsWith("0.") ? [undefined] : (["mp", "ray"] as const);
  for (const executor of executors)
    for (const role of ["leader", "follower"] as const) {
      const node = { line, backend, orchestrator, executor, role, component: "Worker", nodes: 2, gpus: 4 };
      const command = multinodeCommand(container, node);
      const started = execute(command, "sh");
      expect(execute(command, "bash")).toEqual(started);
      // A follower of Ray or mpirun starts no engine by itself: the leader does, on it.
      const engines = started.map((words) => around(words, alone.slice(2)) ?? "arguments are missing");
      expect(engines).not.toContain("arguments are missing");
      expect(role === "follower" || engines.length === 1).toBe(true);
      const how = [backend, one.name, executor && `executor ${executor}`, orchestrator, role].filter(Boolean);
      const key = `${how.join(", ")}: ${engines.join() || "(no engine)"}`;
      starts.set(key, (starts.get(key) ?? new Set()).add(line));
    }
});

test("engines are started by these flags of the operators", () => {
  const told = [...starts].map(([how, lines]) => `${[...lines].join(" ")}: ${how}`);
  expect(`\n${told.join("\n")}\n`).toMatchSnapshot();
});
