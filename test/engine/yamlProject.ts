/** A program in YAML that uses library/, as another team would have it. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import type { PulumiEngine } from "../../rehearsal/engine";
import { buildTools } from "../../rehearsal/tools";

const root = join(__dirname, "../..");

/** As Pulumi's language host for Node starts the provider, by library/PulumiPlugin.yaml: no registry of Go modules has that host. */
const start = `#!/bin/sh
exec "${process.execPath}" "${root}/node_modules/@pulumi/pulumi/cmd/run-plugin/index.js" "${root}/library" "$@"
`;

/** The stack `dev` of a program in YAML, whose project it names. */
export async function yamlStack(engine: PulumiEngine, program: string): Promise<Stack> {
  const { workDir: around, pulumiHome, envVars } = engine.stack.workspace;
  const workDir = join(around, "yaml");
  const plugin = join(workDir, "bin/pulumi-resource-dynamo");
  await mkdir(dirname(plugin), { recursive: true });
  await writeFile(plugin, start);
  await chmod(plugin, 0o755);
  await writeFile(join(workDir, "Pulumi.yaml"), program);
  const { pulumiYaml } = await buildTools(["pulumiYaml"]);
  const PATH = [dirname(plugin), dirname(pulumiYaml), process.env.PATH].join(delimiter);
  const options = { workDir, pulumiHome, envVars: { ...envVars, PATH } };
  return LocalWorkspace.createOrSelectStack({ stackName: "dev", workDir }, options);
}
