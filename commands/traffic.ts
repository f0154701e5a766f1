import { setMaxListeners } from "node:events";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { fileToWrite, positive, secondsInMs, wholeNumber } from "./cli/optionValues";
import { Interruption } from "./cli/runCommand";
import { UserError } from "./cli/userError";
import { frontendClient } from "./frontend/client";
import {
  findTargets,
  type OpenTarget,
  openTarget,
  type Target,
  type TargetOptions,
  withTargetOptions,
  withTrouble,
} from "./stack/target";
import { histograms } from "./traffic/chart";
import { compareReports } from "./traffic/comparison";
import { generateLoad, type Sample } from "./traffic/load";
import { measuresOf, metricsOf } from "./traffic/metrics";
import { picture } from "./traffic/picture";
import { showProgress } from "./traffic/progress";
import { countTokens, promptMaker } from "./traffic/prompts";
import { describeReport, readReport, type TrafficReport } from "./traffic/report";

interface Options extends TargetOptions {
  readonly requests: number;
  readonly concurrency?: number;
  readonly requestRate?: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly sharedPrefix: number;
  readonly prefixes: number;
  readonly newConnections?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
  readonly out?: string;
  readonly compare?: string;
  readonly svg?: string;
}

/** More than this takes more memory, ports or time than one machine has for it. */
const limits = { requests: 1_000_000, connections: 10_000, tokens: 1_000_000, seconds: 86_400 };

export const command = withTargetOptions(new Command("npm run traffic --"))
  .description("Sends chat completions to a graph of a deployed stack, and reports how fast it answers.")
  .option("-n, --requests <count>", "requests in all", wholeNumber(1, limits.requests), 30)
  .option(
    "-c, --concurrency <count>",
    "requests at the same time (default: 3; with --request-rate: as many as it takes)",
    wholeNumber(1, limits.connections),
  )
  .option(
    "--request-rate <number>",
    "requests to begin a second (default: one begins as another ends)",
    positive,
  )
  .option("--prompt-tokens <count>", "tokens of a prompt", wholeNumber(1, limits.tokens), 128)
  .option("--output-tokens <count>", "tokens of an answer", wholeNumber(1, limits.tokens), 64)
  .option(
    "--shared-prefix <count>",
    "tokens that prompts begin with alike, for KV routing to show",
    wholeNumber(0, limits.tokens),
    0,
  )
  .option(
    "--prefixes <count>",
    "groups of prompts, each with a shared prefix of its own",
    wholeNumber(1, limits.requests),
    1,
  )
  .option(
    "--new-connections",
    "a connection for each request, as many clients have (default: they are kept; Linux then delays early tokens by up to 40 ms where a frontend does not set TCP_NODELAY, as those of 0.8 to 1.6 do not)",
  )
  .addOption(
    new Option("--timeout <seconds>", "longest wait for the next token")
      .argParser(secondsInMs)
      .default(60_000, "60"),
  )
  .option("--json", "print the report as JSON, for machines")
  .option("-o, --out <file>", "save the report", fileToWrite)
  .option("--compare <file>", "compare with a report that was saved")
  .option("--svg <file>", "save a chart", fileToWrite)
  .addHelpText("after", "\nCtrl-C ends the traffic and reports what was measured.")
  .action(traffic);

/** Longest time of a request, as a multiple of its longest wait for a token. */
const totalTimeoutFactor = 10;

async function traffic(options: Options): Promise<void> {
  const earlier = options.compare === undefined ? undefined : readReport(options.compare);
  if (options.sharedPrefix > options.promptTokens)
    throw new UserError(
      `--shared-prefix is ${options.sharedPrefix}, more than the ${options.promptTokens} tokens of a prompt (--prompt-tokens)`,
    );
  const { requests, requestRate = Number.POSITIVE_INFINITY } = options;
  if (requests / requestRate > limits.seconds)
    throw new UserError(
      `${requests} requests at ${requestRate} a second take more than a day to begin: raise --request-rate, or lower --requests`,
    );
  const target = await theOne(options);
  const open = await openTarget(target, options.model, options.timeout);
  console.error(pc.dim(printable(`${target.name}: ${open.route.description}`)));
  const interruption = interruptions();
  try {
    const { report, samples } = await measure(target, open, options, interruption.signal);
    if (options.json) console.log(toJson(report));
    else {
      const parts = [
        describeReport(report),
        histograms(measuresOf(samples)),
        earlier && compareReports(earlier, report),
      ];
      console.log(parts.filter(Boolean).join("\n\n"));
    }
    // Last: whatever becomes of them, the report is printed.
    if (options.out !== undefined) write(options.out, `${toJson(report)}\n`);
    if (options.svg !== undefined) write(options.svg, picture(report, earlier));
    const { completed, failed } = report.metrics;
    interruption.signal.throwIfAborted();
    if (failed > 0) throw new UserError(`${failed} of ${completed + failed} requests failed`);
  } finally {
    interruption.stopListening();
    await open.close();
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} can't be written: ${(error as Error).message}`, { cause: error });
  }
}

async function theOne(options: Options): Promise<Target> {
  const [target, ...others] = await findTargets(options);
  if (target === undefined || others.length > 0)
    throw new UserError(
      `stack ${options.stack} has several graphs: choose one with --graph, of ${[target, ...others].map((each) => each?.name).join(", ")}`,
    );
  return target;
}

async function measure(
  { name, stack }: Target,
  { route, model }: OpenTarget,
  options: Options,
  signal: AbortSignal,
): Promise<{ report: TrafficReport; samples: readonly Sample[] }> {
  const { requests, requestRate, promptTokens, outputTokens, sharedPrefix, prefixes, timeout } = options;
  const { newConnections = false } = options;
  const concurrency = Math.min(requests, options.concurrency ?? (requestRate === undefined ? 3 : requests));
  const client = frontendClient(route.url, {
    timeout,
    totalTimeout: totalTimeoutFactor * timeout,
    connections: concurrency,
    keepAlive: !newConnections,
  });
  const tokens = await countTokens(client, model, signal);
  const prompt = promptMaker({ promptTokens, sharedPrefix, prefixes }, tokens);

  const started = new Date().toISOString();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const samples: Sample[] = [];
  const progress = showProgress(requests);
  await generateLoad(
    client,
    { requests, concurrency, requestRate, model, outputTokens, prompt, signal },
    (sample) => {
      samples.push("answer" in sample ? sample : { ...sample, failure: withTrouble(sample.failure, route) });
      progress.count(sample);
    },
  );
  progress.stop();
  const { user, system } = process.cpuUsage(cpu);
  const generatorCpu = (user + system) / 1000 / (performance.now() - start);
  client.close();
  const report = {
    started,
    target: {
      name,
      stack: stack?.name,
      discoveryMode: stack?.discoveryMode,
      runtime: stack?.runtime,
      model,
      way: route.description,
    },
    load: {
      requests,
      concurrency,
      requestRate,
      promptTokens,
      outputTokens,
      sharedPrefix,
      prefixes,
      newConnections,
    },
    unfinished: requests - samples.length,
    metrics: metricsOf(samples),
    generatorCpu,
  };
  return { report, samples };
}

/** The first SIGINT or SIGTERM ends the traffic, a second one the program. */
function interruptions() {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // each request under way listens
  const end = (signal: "SIGINT" | "SIGTERM") =>
    controller.abort(new Interruption(128 + constants.signals[signal]));
  process.once("SIGINT", end).once("SIGTERM", end);
  return {
    signal: controller.signal,
    stopListening: () => void process.off("SIGINT", end).off("SIGTERM", end),
  };
}
