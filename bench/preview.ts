/** Wall time and memory of previews beside the bare load of @pulumi/pulumi: whole processes, in turns, in one run. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import Table from "cli-table3";

const root = join(__dirname, "..");
const rounds = 5;

const bare = "bare load of @pulumi/pulumi";
const printMemory = "console.log(process.resourceUsage().maxRSS / 1024)";
const cases: Record<string, readonly string[]> = {
  [bare]: ["-e", `require("@pulumi/pulumi"); ${printMemory}`],
  "preview of the dev stack": ["--require", "tsx/cjs", "commands/cli/start.ts", "preview", "--json"],
  "1 graph": ["--require", "tsx/cjs", "bench/graphs.ts", "1"],
  "10 graphs": ["--require", "tsx/cjs", "bench/graphs.ts", "10"],
  "100 graphs": ["--require", "tsx/cjs", "bench/graphs.ts", "100"],
  "1000 graphs": ["--require", "tsx/cjs", "bench/graphs.ts", "1000"],
};

interface Measure {
  readonly seconds: number;
  /** Peak, in MB; undefined where the process does not print it. */
  readonly memory: number | undefined;
}

function measure(args: readonly string[]): Measure {
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(stderr);
  const memory = Number(stdout.trim().split("\n").at(-1));
  return { seconds, memory: Number.isNaN(memory) ? undefined : memory };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const measures = new Map<string, Measure[]>(Object.keys(cases).map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  console.error(`round ${round} of ${rounds}`);
  for (const [name, args] of Object.entries(cases)) measures.get(name)?.push(measure(args));
}

const secondsOf = (name: string) => median((measures.get(name) ?? []).map(({ seconds }) => seconds));
const table = new Table({
  head: ["process", "seconds", "x bare load", "peak MB"],
  colAligns: ["left", "right", "right", "right"],
  style: { head: [], border: [] },
});
for (const [name, runs] of measures) {
  const memory = runs.flatMap((run) => run.memory ?? []);
  table.push([
    name,
    secondsOf(name).toFixed(2),
    (secondsOf(name) / secondsOf(bare)).toFixed(2),
    memory.length > 0 ? median(memory).toFixed(0) : "",
  ]);
}
console.log(table.toString());
console.log(
  `1000 graphs take ${(secondsOf("1000 graphs") / secondsOf("100 graphs")).toFixed(1)} times as long as 100`,
);
