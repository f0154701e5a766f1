import { existsSync } from "node:fs";
import { Command } from "commander";
import { toJson } from "../config/printable";
import { writeText } from "./cli/files";
import { fileToWrite, runtimeVersion } from "./cli/optionValues";
import { UserError } from "./cli/userError";
import { importGraphs } from "./import/importGraphs";
import { objectsOf } from "./import/objects";
import { describeImport, toReport } from "./import/report";
import { stackFile } from "./import/stackFile";

interface Options {
  readonly out?: string;
  readonly runtime?: string;
  readonly json?: boolean;
}

export const command = new Command("npm run import --")
  .description(
    "Writes a stack that makes graphs which are there: of a file, of kustomize build, or of kubectl get -o yaml. Then holds what it would make against them.",
  )
  .argument("<file...>", "YAML or JSON with a DynamoGraphDeployment and what is beside it, a folder, or -")
  .option(
    "-o, --out <file>",
    "the stack's file to write, as Pulumi.<name>.yaml (default: standard output)",
    fileToWrite,
  )
  .option(
    "-r, --runtime <version>",
    "version of the Dynamo runtime (default: by the images' tags)",
    runtimeVersion,
  )
  .option("--json", "print the report as JSON, with the stack's text")
  .addHelpText(
    "after",
    "\nFields become settings where there are any, and else changes by transform. A comment says what is left out, and why.\nSecrets are never written: their values are to be in a Secret, which the report names.",
  )
  .action(run);

function run(files: string[], { out, runtime, json }: Options): void {
  if (out !== undefined && existsSync(out))
    throw new UserError(`${out} is there already: name another file, or delete it`);
  const { graphs, beside, secrets } = objectsOf(files);
  const imported = importGraphs(graphs, beside, runtime);
  const text = stackFile("dynamo", imported);
  if (out !== undefined) writeText(out, text);
  if (json) console.log(toJson(toReport(imported, secrets, text)));
  else if (out !== undefined) console.log(`${describeImport(imported, secrets)}\n\n${out} is written.`);
  else {
    console.log(text.trimEnd());
    console.error(describeImport(imported, secrets));
  }
}
