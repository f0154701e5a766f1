/** CPU, wall time and memory of previews beside the bare load of @pulumi/pulumi: whole processes, in turns, in one run. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { Command } from "commander";
import { wholeNumber } from "../commands/cli/optionValues";
import { runCommand } from "../commands/cli/runCommand";
import { readManifests } from "../commands/preview/manifests";
import { projectDir } from "../config/project";
import { otherTools } from "./templates";

interface Options {
  readonly rounds: number;
  readonly large?: boolean;
}

interface Measure {
  /** In s, of the process and its threads; undefined where it is not one of Node. */
  readonly cpu?: number;
  readonly seconds: number;
  /** Peak, in MB. */
  readonly memory?: number;
  readonly stdout: string;
}

const bare = "bare load of @pulumi/pulumi";
const run = (entry: string, ...args: string[]) => [process.execPath, "build/run.js", entry, ...args];
const preview = (...args: string[]) => run("commands/cli/start", "preview", ...args);
const graphs = (count: number) => ({
  [count === 1 ? "1 graph" : `${count} graphs`]: run("bench/graphs", String(count)),
});

/** Processes that are measured each round. */
const small = {
  "node alone": [process.execPath, "-e", ""],
  [bare]: [process.execPath, "-e", 'require("@pulumi/pulumi")'],
  "preview of dev": preview(),
  "preview of prod, nats-etcd": preview("--stack", "prod"),
  ...graphs(1),
  ...graphs(10),
  ...graphs(100),
};
/** Processes that take long enough to be measured once. */
const large = { ...graphs(1000), "as many resources on the mock monitor": run("bench/mockMonitor", "1000") };

const command = new Command("npm run bench --")
  .description(
    "Measures previews, from Node and without npm, beside the bare load of @pulumi/pulumi. `helm template` and cdk8s render the objects of dev where they are installed.",
  )
  .option("--rounds <number>", "how often each process runs; the medians count", wholeNumber(1, 100), 3)
  .option("--large", "measure 2000 graphs, too: minutes, and gigabytes of memory")
  .action(bench);

function bench({ rounds, large: withLargest }: Options): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    measure(preview("--out", join(folder, "dev"))); // builds what has changed
    const manifests = readManifests(join(folder, "dev"))?.files ?? new Map();
    rmSync(join(folder, "dev"), { recursive: true });
    const inTurns = { ...small, ...otherTools(manifests, folder) };
    const measures = new Map<string, Measure[]>();
    const take = (processes: Readonly<Record<string, readonly string[]>>) => {
      for (const [name, process] of Object.entries(processes))
        measures.set(name, [...(measures.get(name) ?? []), measure(process)]);
    };
    for (let round = 1; round <= rounds; round++) {
      console.error(`round ${round} of ${rounds}`);
      take(inTurns);
    }
    console.error("1000 graphs");
    take(large);
    if (withLargest) take(graphs(2000));
    show(measures);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure([executable = "", ...args]: readonly string[]): Measure {
  const isNode = executable === process.execPath;
  const started = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(
    executable,
    [...(isNode ? ["--require", join(projectDir, "bench/usage.js")] : []), ...args],
    { cwd: projectDir, encoding: "utf8", stdio: ["ignore", "pipe", "pipe", "pipe"], maxBuffer: 2 ** 28 },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(stderr);
  return { seconds, stdout: output[1] ?? "", ...(isNode && JSON.parse(output[3] ?? "")) };
}

function show(measures: ReadonlyMap<string, readonly Measure[]>): void {
  const of = (name: string, part: "cpu" | "seconds" | "memory") =>
    median((measures.get(name) ?? []).flatMap((one) => one[part] ?? []));
  const shown = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? "";
  const ratio = (a: number | undefined, b: number | undefined) => (a && b ? a / b : undefined);
  const table = new Table({
    head: ["process", "s of CPU", "x bare load", "s", "x bare load", "peak MB"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const name of measures.keys()) {
    const [cpu, seconds] = [of(name, "cpu"), of(name, "seconds")];
    table.push([
      name,
      shown(cpu, 2),
      shown(ratio(cpu, of(bare, "cpu")), 2),
      shown(seconds, 2),
      shown(ratio(seconds, of(bare, "seconds")), 2),
      shown(of(name, "memory"), 0),
    ]);
  }
  console.log(table.toString());
  const times = (many: string, few: string) => {
    const more = ratio(of(many, "cpu"), of(few, "cpu"));
    if (more !== undefined) console.log(`${many} take ${more.toFixed(1)} times the CPU of ${few}`);
  };
  times("1000 graphs", "100 graphs");
  times("2000 graphs", "1000 graphs");
  times("1000 graphs", "as many resources on the mock monitor");
  const policies = measures.get("1000 graphs")?.at(-1)?.stdout;
  console.log(`policies take ${Number(policies).toFixed(2)} ms of CPU a resource of 1000 graphs`);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

void runCommand({ command }, process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
