import { setTimeout } from "node:timers/promises";
import { Command, Option } from "commander";
import { some, toJson } from "../config/printable";
import { secondsInMs } from "./cli/optionValues";
import { showProgress } from "./cli/progress";
import { UserError } from "./cli/userError";
import { type Listings, nextListings } from "./verify/checks/propagation";
import { type DeclaredStack, declaredStack } from "./verify/declared";
import { evidenceReader } from "./verify/evidence";
import { countOf, type Finding } from "./verify/finding";
import { judge } from "./verify/judge";
import { findingsTable } from "./verify/table";

interface Options {
  readonly stack: string;
  /** In ms. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** Between two looks, in ms. */
const pause = 1_000;

export const command = new Command("npm run verify --")
  .description(
    "Checks a deployed stack: graphs, discovery, models, NATS and etcd, monitoring and the budget.",
  )
  .option("-s, --stack <name>", "the stack, as `pulumi stack ls` names it", "dev")
  .addOption(
    new Option("--timeout <seconds>", "longest wait for what may become true by itself")
      .argParser(secondsInMs)
      .default(60_000, "60"),
  )
  .option("--json", "print the findings as JSON, for machines")
  .addHelpText(
    "after",
    "\nEnds with 1 where a check fails. What can't be known from here is marked –, and is no failure.",
  )
  .action(verify);

async function verify({ stack: name, timeout, json }: Options): Promise<void> {
  const progress = showProgress(`reading the outputs of stack ${name}`);
  let stack: DeclaredStack;
  let findings: readonly Finding[];
  try {
    stack = await declaredStack(name);
    findings = await settle(stack, timeout, progress.says);
  } finally {
    progress.stop();
  }
  const { discoveryMode, runtime } = stack;
  const failed = findings.filter(({ state }) => state === "failed");
  if (json) {
    const found = findings.map(({ mayPass: _, ...finding }) => finding);
    console.log(
      toJson({
        stack: name,
        discoveryMode,
        runtime: runtime.version,
        ok: failed.length === 0,
        findings: found,
      }),
    );
  } else {
    console.log(`${name}: discovery mode ${discoveryMode}, Dynamo ${runtime.version}`);
    console.log(findingsTable(findings, process.stdout.columns ?? 120));
  }
  if (failed.length > 0) throw new UserError(`${countOf(failed.length, "check")} of stack ${name} failed`);
}

/** Looks until all is well, nothing will change by itself, or the time is over. */
async function settle(
  stack: DeclaredStack,
  timeout: number,
  says: (text: string) => void,
): Promise<readonly Finding[]> {
  says("connecting to the cluster");
  const read = await evidenceReader(stack);
  const start = Date.now();
  let listings: Listings | undefined;
  for (says("looking at the cluster"); ; await setTimeout(pause)) {
    const evidence = await read();
    listings = nextListings(listings, evidence);
    const findings = judge(evidence, listings);
    const waiting = findings.filter(({ mayPass }) => mayPass);
    if (waiting.length === 0 || Date.now() - start + pause > timeout) return findings;
    const checks = waiting.map(({ check, subject }) => `${check} (${subject})`);
    says(`waiting up to ${timeout / 1000} s for: ${some(checks)}`);
  }
}
