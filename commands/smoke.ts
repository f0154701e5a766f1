import Table from "cli-table3";
import { Command, Option } from "commander";
import pc from "picocolors";
import { printable, toJson } from "../config/printable";
import { secondsInMs } from "./cli/optionValues";
import { isMistake, UserError } from "./cli/userError";
import type { Answer, StreamedAnswer } from "./frontend/chat";
import { frontendClient } from "./frontend/client";
import {
  findTargets,
  openTarget,
  type Target,
  type TargetOptions,
  withTargetOptions,
  withTrouble,
} from "./stack/target";

interface Options extends TargetOptions {
  readonly timeout: number;
  readonly json?: boolean;
}

export const command = withTargetOptions(new Command("npm run smoke --"))
  .description(
    "Asks each graph of a deployed stack one thing, plain and streamed: does it answer, and how fast?",
  )
  .addOption(
    new Option("--timeout <seconds>", "longest wait for each answer")
      .argParser(secondsInMs)
      .default(60_000, "60"),
  )
  .option("--json", "print the results as JSON, for machines")
  .action(smoke);

/** Result of one graph. A failure is in the place of an answer. */
interface Result {
  readonly graph: string;
  readonly url?: string;
  readonly way?: string;
  readonly model?: string;
  readonly plain?: Answer | Failed;
  readonly streamed?: StreamedAnswer | Failed;
  /** Reason why nothing could be asked. */
  readonly error?: string;
}

interface Failed {
  readonly error: string;
}

async function smoke(options: Options): Promise<void> {
  const results: Result[] = [];
  for (const target of await findTargets(options)) results.push(await ask(target, options));
  if (options.json) console.log(toJson(results));
  else if (results.some(({ error }) => error === undefined)) console.log(table(results));
  const failures = results.flatMap(failuresOf);
  if (failures.length > 0) throw new UserError(failures.join("\n       "));
}

async function ask(target: Target, { model: wanted, timeout }: Options): Promise<Result> {
  const graph = target.name;
  try {
    const { route, model, close } = await openTarget(target, wanted, timeout);
    console.error(pc.dim(printable(`${graph}: ${route.description}`)));
    const client = frontendClient(route.url, { timeout });
    const request = { model, prompt: "Say hello, and who you are, in a few words.", outputTokens: 24 };
    const failed = (error: unknown): Failed => ({ error: messageOf(withTrouble(error, route)) });
    try {
      const plain = await client.chat(request).catch(failed);
      const streamed = await client.stream(request).catch(failed);
      return { graph, url: route.url, way: route.description, model, plain, streamed };
    } finally {
      client.close();
      await close();
    }
  } catch (error) {
    return { graph, error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (isMistake(error)) return error.message;
  throw error;
}

function failuresOf({ graph, error, plain, streamed }: Result): string[] {
  if (error !== undefined) return [`${graph}: ${error}`];
  return Object.entries({ plain, streamed }).flatMap(([kind, answer]) =>
    answer && "error" in answer ? [`${graph}, ${kind}: ${answer.error}`] : [],
  );
}

function table(results: readonly Result[]): string {
  const table = new Table({
    head: ["graph", "model", "", "answer", "tokens", "TTFT", "total"],
    colAligns: ["left", "left", "left", "left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { graph, model = "", plain, streamed, error } of results) {
    if (error !== undefined) table.push([graph, model, "", pc.red("not asked"), "", "", ""]);
    for (const [kind, answer] of Object.entries({ plain, streamed })) {
      if (!answer) continue;
      const cells =
        "error" in answer
          ? [pc.red("failed"), "", "", ""]
          : [
              firstWords(answer.text),
              answer.outputTokens,
              "timeToFirstToken" in answer ? milliseconds(answer.timeToFirstToken) : "",
              milliseconds(answer.latency),
            ];
      table.push([graph, model, kind, ...cells]);
    }
  }
  return table.toString();
}

/** The start of an answer, which must not fill the table. */
const firstWords = (text: string) => printable(text.replace(/\s+/g, " ").trim(), 40);

const milliseconds = (ms: number) => `${ms.toFixed(0)} ms`;
