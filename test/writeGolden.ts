/** Writes what is in golden/ anew, after a change that is meant. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Change, changes } from "./commands/changes";
import { processOf, runProcess } from "./commands/command";
import { commentOf } from "./commands/commentOf";
import { examples } from "./examples/examples";
import { besideGraphs, goldenFileOf, objectsBeside, previewOf } from "./examples/previewOf";
import { golden, shortenGolden } from "./golden";
import { schema, schemaFile } from "./library/componentProvider";
import { alertsFile, otherAlerts } from "./monitoring/alerts";
import { admissionFile, emitting, inOneFile, objectsOf } from "./policies/emitted";

/** What a command prints in a process of its own. */
async function printedBy(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(process.execPath, ...processOf(name, ...args));
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function main(): Promise<void> {
  for (const stack of ["dev", "prod"])
    await printedBy("preview", "--stack", stack, "--out", join(golden, stack));
  shortenGolden();
  for (const name of Object.keys(changes) as Change[])
    writeFileSync(join(golden, "comments", `${name}.md`), await commentOf(name));
  writeFileSync(schemaFile, await schema());
  writeFileSync(alertsFile, otherAlerts());
  const policies = await printedBy("check", ...emitting("--stack", "prod"));
  writeFileSync(admissionFile, inOneFile(objectsOf(policies)));
  for (const example of examples.filter(({ name }) => besideGraphs.includes(name)))
    writeFileSync(goldenFileOf(example.name), objectsBeside(await previewOf(example)));
}

void main();
