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

async function main(): Promise<void> {
  for (const stack of ["dev", "prod"]) {
    const args = processOf("preview", "--stack", stack, "--out", join(golden, stack));
    const { code, stderr } = await runProcess(process.execPath, ...args);
    if (code !== 0) throw new Error(stderr);
  }
  shortenGolden();
  for (const name of Object.keys(changes) as Change[])
    writeFileSync(join(golden, "comments", `${name}.md`), await commentOf(name));
  writeFileSync(schemaFile, await schema());
  writeFileSync(alertsFile, otherAlerts());
  for (const example of examples.filter(({ name }) => besideGraphs.includes(name)))
    writeFileSync(goldenFileOf(example.name), objectsBeside(await previewOf(example)));
}

void main();
