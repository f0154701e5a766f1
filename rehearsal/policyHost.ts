import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onPath } from "./onPath";

/** Runs the pack in whose directory the engine starts it, as Pulumi's own language host for Node does. */
const script = `#!/usr/bin/env node
require(require.resolve("@pulumi/pulumi/cmd/run-policy-pack", { paths: [process.cwd()] }));
`;

/**
 * Gives the engine something that runs Node policy packs: the language host on PATH, else a stand-in among the plugins
 * of `pulumiHome`. Without a language host the engine runs a pack by the plugin `pulumi-analyzer-policy-nodejs` (Pulumi
 * 3.259, `NewPolicyAnalyzer`).
 *
 * @returns names of the stand-ins
 */
export async function providePolicyHost(pulumiHome: string): Promise<readonly string[]> {
  if (onPath("pulumi-language-nodejs") || onPath("pulumi-analyzer-policy-nodejs")) return [];
  const directory = join(pulumiHome, "plugins", "analyzer-policy-nodejs-v0.0.0");
  await mkdir(directory, { recursive: true });
  // Complete or not at all: the engine of another rehearsal may be starting it.
  const unfinished = join(directory, randomUUID());
  await writeFile(unfinished, script, { mode: 0o755 });
  await rename(unfinished, join(directory, "pulumi-analyzer-policy-nodejs"));
  return ["policy host"];
}
