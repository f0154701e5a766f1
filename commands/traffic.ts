import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { writeText } from "./cli/files";
import { fileToWrite, positive, secondsInMs, wholeNumber } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { findTargets, openTarget, type Target, type TargetOptions, withTargetOptions } from "./stack/target";
import { histograms } from "./traffic/chart";
import { compareReports } from "./traffic/comparison";
import { interruptions } from "./traffic/interruptions";
import { type LoadSettings, measure } from "./traffic/measure";
import { measuresOf } from "./traffic/metrics";
import { picture } from "./traffic/picture";
import { describeReport, readReport } from "./traffic/report";

interface Options extends TargetOptions, LoadSettings {
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
    "--tokens-per-word <number>",
    "tokens of a prompt's word (default: the frontend is asked by requests of one token)",
    positive,
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
    if (options.out !== undefined) writeText(options.out, `${toJson(report)}\n`);
    if (options.svg !== undefined) writeText(options.svg, picture(report, earlier));
    const { completed, failed } = report.metrics;
    interruption.signal.throwIfAborted();
    if (failed > 0) throw new UserError(`${failed} of ${completed + failed} requests failed`);
  } finally {
    interruption.stopListening();
    await open.close();
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
