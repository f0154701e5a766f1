import { existsSync } from "node:fs";
import { join } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { projectDir } from "../config/project";
import { writeText } from "./cli/files";
import { wholeNumber } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { type Answers, defaultNamespace, defaults, gpusOf, modes, workersOf } from "./init/answers";
import { exampleNames, exampleText } from "./init/examples";
import { nextSteps } from "./init/nextSteps";
import { ask } from "./init/questions";
import { policyFile, stackFile } from "./init/stackFile";

const unlessSaid = (value: string | number) => `(default: ${value})`;

export const command = new Command("npm run init --")
  .description(
    "Writes a new stack: its config, and the limits of its policies. Asks for what no option says.",
  )
  .addArgument(new Argument("<name>", "the stack's name, as in Pulumi.<name>.yaml").argParser(stackName))
  .option("-m, --model <name>", "model to serve, as Hugging Face names it")
  .addOption(
    new Option(
      "--mode <mode>",
      `how frontends and workers find each other ${unlessSaid(defaults.mode)}`,
    ).choices(modes),
  )
  .option("-r, --runtime <version>", `image tag of the Dynamo runtime ${unlessSaid(defaults.runtime)}`)
  .option(
    "-w, --workers <count>",
    `workers, each with the whole model; of each kind, where they are disaggregated ${unlessSaid(defaults.workers)}`,
    workersOf,
  )
  .option("-g, --gpus <count>", `GPUs of a worker ${unlessSaid(defaults.gpus)}`, gpusOf)
  .option("--disaggregated", "workers that read prompts (prefill), and others that write answers (decode)")
  .option("--namespace <name>", `the graph's namespace, which is there ${unlessSaid(defaultNamespace)}`)
  .option(
    "--budget <gpus>",
    "GPUs that the stack may take (default: room for the old and the new graph, within the policies' limits)",
    wholeNumber(1, 100_000),
  )
  .addOption(
    new Option("--example <name>", "write a copy of this one of examples/, and ask nothing")
      .choices(exampleNames)
      .conflicts(["model", "mode", "runtime", "workers", "gpus", "disaggregated", "namespace", "budget"]),
  )
  .addHelpText("after", "\nWithout a terminal nothing is asked: what no option says is at its default.")
  .action(init);

async function init(
  name: string,
  { example, ...options }: Partial<Answers> & { readonly example?: string },
): Promise<void> {
  const files = [`Pulumi.${name}.yaml`, `policies/config/${name}.json`] as const;
  for (const file of files)
    if (existsSync(join(projectDir, file)))
      throw new UserError(`${file} is there already: give the stack another name, or delete it`);
  if (example !== undefined) {
    writeText(join(projectDir, files[0]), exampleText(example));
    return console.log(
      `${files[0]} is written: change in it what differs on your cluster. Next:\n\n  npm run preview -- --stack ${name}`,
    );
  }
  const answers = process.stdin.isTTY ? await ask(name, options) : withDefaults(options);
  const texts = [stackFile("dynamo", name, answers), policyFile(answers)];
  for (const [i, file] of files.entries()) writeText(join(projectDir, file), texts[i] ?? "");
  console.log(`${files.join(" and ")} are written. Next:\n\n${nextSteps(name, answers)}`);
}

function withDefaults({ model, ...options }: Partial<Answers>): Answers {
  if (model === undefined)
    throw new UserError("--model is missing: write a model's name, such as Qwen/Qwen3-8B");
  return { ...defaults, model, ...options };
}

function stackName(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(text))
    throw new InvalidArgumentError("write lower-case letters, digits and dashes, at most 40.");
  return text;
}
