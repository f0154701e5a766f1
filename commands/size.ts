import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import pc from "picocolors";
import { stringify } from "yaml";
import { printable, toJson } from "../config/printable";
import { readConfigJson } from "../gpus/memory/configJson";
import { weightGigabytes } from "../gpus/memory/modelSize";
import { inputJson } from "./cli/files";
import type { Printed } from "./cli/printed";
import { inWords, UserError } from "./cli/userError";
import type { sizeOutput } from "./size/output";

export const command = new Command("npm run size --")
  .description(
    "Writes the setting modelSize of a graph by the config.json of its model, as it is on Hugging Face.",
  )
  .argument(
    "<file>",
    "the model's config.json, or - for standard input; hf_quant_config.json beside it is read too",
  )
  .option("--json", "print it as JSON, for machines")
  .addHelpText("after", "\nNothing is downloaded. Architectures that are not known are refused.")
  .action(size);

function size(file: string, { json }: { readonly json?: boolean }): void {
  const found = sizeOf(file);
  const { type, layers, weights, modelSize, notes } = found;
  for (const note of json ? [] : notes) console.error(`${pc.yellow("warning:")} ${printable(note)}`);
  if (json) console.log(toJson(found));
  else
    console.log(
      `# ${type}: ${layers} layers, ${weights} GB of weights\n${stringify({ modelSize }).trimEnd()}`,
    );
}

/** Bytes of a file: no config.json has as many. */
const maxBytes = 2 ** 20;

function readJson(file: string): unknown {
  if (file !== "-" && statSync(file).size > maxBytes) throw new UserError(`${file} has more than 1 MiB`);
  return inputJson(file);
}

function sizeOf(file: string): Printed<typeof sizeOutput> {
  const beside = join(dirname(file), "hf_quant_config.json");
  const quantized = file !== "-" && existsSync(beside) ? readJson(beside) : undefined;
  const config = readJson(file);
  return inWords(file, () => {
    const { type, layers, notes, ...modelSize } = readConfigJson(config, quantized);
    const precision = modelSize.precision ?? "bf16";
    const weights = Number(weightGigabytes({ ...modelSize, by: file, precision }).toPrecision(4));
    return { type, layers, weights, modelSize, notes };
  });
}
