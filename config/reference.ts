/** The config as documents: a JSON schema for editors, and a page of settings for people. */
import { z } from "zod";
import { tokenKey } from "./parse";
import { stackSettings } from "./schema";
import { type Schema, settingSections } from "./settingsPage";

const settings = z.toJSONSchema(stackSettings, { io: "input" }) as Schema;

const token: Schema = {
  type: "object",
  description: `Token for the graphs' Hugging Face Secrets: \`pulumi config set --secret ${tokenKey}\`. Default: the Secrets are the platform's.`,
  properties: { secure: { type: "string" } },
};

/** JSON schema of a `Pulumi.<stack>.yaml`. */
export function stackFileSchema(project: string): object {
  const properties = { ...settings.properties, [tokenKey]: token };
  const keys = Object.entries(properties).map(([key, schema]) => [`${project}:${key}`, schema]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of this program",
    type: "object",
    properties: { config: { type: "object", properties: Object.fromEntries(keys) } },
  };
}

/** All settings, as a page in Markdown. */
export function settingsPage(project: string): string {
  return `# Configuration

A stack is a file \`Pulumi.<name>.yaml\` beside [Pulumi.yaml](../Pulumi.yaml). Its settings are below the key \`config\`, and the examples here are
parts of such a file. [Pulumi.dev.yaml](../Pulumi.dev.yaml), [Pulumi.prod.yaml](../Pulumi.prod.yaml) and [the examples](../examples/README.md) are whole
stacks. This page is generated from the program's own schema.

- Only the \`name\` and the \`model\` of a graph are required. Every other setting has a default that suits a first try.
- A key that the program does not know is refused. So is a combination that can't work. All mistakes are reported at once, each with its key and
  what to write instead:

  \`\`\`
  ✖ 30100 belongs to the single-node graph: write another port, for example 30200 → at ${project}:graphs[0].frontend.expose.nodePort
  ✖ 8 tensor x 1 pipeline parallel is 8, but a worker has 4 GPUs (4 gpus x 1 nodes): make them equal → at ${project}:graphs[1].workers.tensorParallel
  \`\`\`
- Editors that speak the YAML language server check a file as you type, by [config/stack.schema.json](../config/stack.schema.json): keep the first line
  of the examples.

${settingSections(project, settings.properties ?? {})}

## \`${project}:${tokenKey}\`

${token.description} It is a secret of its own, so that no object holds it in plain text:

\`\`\`sh
pulumi config set --secret ${tokenKey} hf_…
\`\`\`
`;
}
