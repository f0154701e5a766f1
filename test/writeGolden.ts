/** Writes the golden manifests anew, after a change that is meant. */
import { join } from "node:path";
import { run } from "./commands/command";
import { golden, shortenGolden } from "./golden";

async function main(): Promise<void> {
  for (const stack of ["dev", "prod"]) {
    const { code, stderr } = await run("preview", "--stack", stack, "--out", join(golden, stack));
    if (code !== 0) throw new Error(stderr);
  }
  shortenGolden();
}

void main();
