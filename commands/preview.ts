import "./lightPulumi";
import { Command } from "commander";
import { dryRun } from "./dryRun";
import { writeManifests } from "./manifests";
import { readStack } from "./project";
import { describePlan, summarise } from "./summary";
import { run } from "./userError";

interface Options {
  readonly stack: string;
  readonly out?: string;
  readonly json?: boolean;
}

new Command("npm run preview --")
  .description("Shows what `pulumi up` will make of a stack: no CLI, no cluster, no credentials.")
  .option("-s, --stack <name>", "the stack, from Pulumi.<name>.yaml", "dev")
  .option(
    "-o, --out <dir>",
    "write the manifests, one a file; two such folders compare with `git diff --no-index`",
  )
  .option("--json", "print the summary as JSON, for machines")
  .action((options: Options) => run(() => preview(options)))
  .parseAsync();

async function preview({ stack: name, out, json }: Options): Promise<void> {
  const stack = readStack(name);
  const plan = await dryRun(stack);
  const summary = summarise(stack, plan);
  if (out !== undefined) writeManifests(out, plan.resources, summary);
  console.log(json ? JSON.stringify(summary, null, 2) : describePlan(summary));
}
