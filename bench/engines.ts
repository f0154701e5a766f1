/** Engines as rehearsals serve them: modes and their change, routers, roles, planes, endings. Tables, and reports in a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { Command, Option } from "commander";
import { runCommand } from "../commands/cli/runCommand";
import { UserError } from "../commands/cli/userError";
import { figure } from "../commands/traffic/report";
import type { Setting } from "./engines/rehearsed";
import type { Result } from "./engines/scenario";
import { scenarios } from "./engines/scenarios";

const names = Object.keys(scenarios);

const command = new Command("node build/run.js bench/engines")
  .description("Measures engines on two GPUs of this machine, as rehearsals serve them.")
  .addOption(
    new Option("--engine <name>", "as of `npm run rehearse`")
      .choices(["mocker", "vllm", "sglang"])
      .default("vllm"),
  )
  .option("--model-size <size>", "as of `npm run rehearse`", "7b")
  .option("--out <dir>", "folder for reports and logs", "engines-measured")
  .addOption(new Option("--only <scenario...>", "what is measured").choices(names).default(names))
  .action(measure);

async function measure(
  options: Omit<Setting, "gpus" | "signal"> & { only: readonly string[] },
): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.once(name, () => controller.abort(new UserError(`interrupted by ${name}`)));
  mkdirSync(options.out, { recursive: true });
  for (const name of options.only) {
    const results: Result[] = [];
    const tell = (result: Result) => {
      results.push(result);
      console.log(`${new Date().toISOString()} ${name}: ${rowOf(result).join(" | ")}`);
      writeFileSync(join(options.out, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
    };
    await scenarios[name]?.({ ...options, gpus: 2, signal }, tell);
    show(results);
  }
}

const heads = [
  "",
  "s",
  "ok",
  "GPUs",
  "completed",
  "failed",
  "longest gap s",
  "requests/s",
  "cached %",
  "TTFT p50/p90/p99 ms",
  "ITL p50/p99 ms",
];

function rowOf({ name, seconds, ok, gpus, report }: Result): string[] {
  const shown = (value: number | undefined) => (value === undefined ? "" : figure(value));
  const metrics = report?.metrics;
  const ttft = metrics?.timeToFirstToken;
  const itl = metrics?.interTokenLatency;
  return [
    name,
    shown(seconds),
    ok === undefined ? "" : ok ? "yes" : "no",
    gpus === undefined ? "" : `${gpus}`,
    metrics ? `${metrics.completed}` : "",
    metrics ? `${metrics.failed}` : "",
    shown(metrics?.longestGap),
    shown(metrics?.requestThroughput),
    shown(metrics?.cachedShare && 100 * metrics.cachedShare),
    ttft ? [ttft.p50, ttft.p90, ttft.p99].map(figure).join(" / ") : "",
    itl ? [itl.p50, itl.p99].map(figure).join(" / ") : "",
  ];
}

function show(results: readonly Result[]): void {
  const table = new Table({ head: heads, style: { head: [], border: [], compact: true } });
  for (const result of results) table.push(rowOf(result));
  console.log(table.toString());
}

void runCommand({ command }, process.argv.slice(2)).then((code) => {
  process.exit(code);
});
