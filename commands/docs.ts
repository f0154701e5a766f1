/** Writes what is generated of the documents: pages from the config's schema and the rules, and the README's output and pictures from a preview. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Command } from "commander";
import { parse } from "yaml";
import { projectDir, readStack } from "../config/project";
import { settingSchemas, stackFileSchema } from "../config/reference";
import { policyReference } from "../policies/reference";
import { rules } from "../policies/rules";
import { UserError } from "./cli/userError";
import { flatArgs } from "./docs/flatArgs";
import { outputSchemas } from "./docs/outputSchemas";
import { type SettingExamples, settingSections } from "./docs/settingSections";
import { stackPicture } from "./docs/stackPicture";
import { versionsTable } from "./docs/versions";
import { readPolicySettings } from "./preview/policySettings";
import { previewStack } from "./preview/previewStack";
import { describePlan } from "./preview/report";

const project = "dynamo";
/** The stack that the README shows. */
const shown = "dev";

const read = (file: string) => readFileSync(join(projectDir, file), "utf8");

/** Output of `npm run preview`, without its advice: the README has room for the rest. */
function shownOutput(output: string): string {
  const paragraphs = stripVTControlCharacters(output).split("\n\n");
  const left = paragraphs.map((one) => (/^(dashboards|warning|a change)/.test(one) ? "…" : one));
  return ["```", left.filter((one, i) => one !== "…" || left[i - 1] !== "…").join("\n\n"), "```"].join("\n");
}

function comment(): string {
  const [, ...lines] = read("test/golden/comments/replicas.md").trim().split("\n\n");
  return lines.join("\n\n").replaceAll(/^/gm, "> ");
}

/** Fills what a page shows between `<!-- name -->` and `<!-- /name -->`. */
const filled = (contents: Readonly<Record<string, string>>) => (page: string) =>
  Object.entries(contents).reduce((text, [name, content]) => {
    const between = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`);
    return text.replace(between, (_, begin, end) => `${begin}${content}\n${end}`);
  }, page);

export const command = new Command("npm run docs --")
  .description("Writes what is generated of the documents, and the JSON schemas for editors and of outputs.")
  .option("--check", "only report what is stale, and end with 1 where something is")
  .action(docs);

async function docs({ check }: { readonly check?: boolean }): Promise<void> {
  const { summary } = await previewStack(readStack(shown), readPolicySettings(shown), {});
  const examples: SettingExamples = parse(read("docs/setting-examples.yaml"));
  const generated: Record<string, (before: string) => string> = {
    "config/stack.schema.json": () => `${JSON.stringify(stackFileSchema(project), null, 2)}\n`,
    ...Object.fromEntries(Object.entries(outputSchemas()).map(([file, text]) => [file, () => text])),
    "library/args.ts": flatArgs,
    "docs/configuration.md": filled({ settings: settingSections(project, settingSchemas, examples) }),
    "docs/policies.md": () => policyReference(rules, JSON.parse(read("docs/policy-examples.json"))),
    "docs/gitops.md": filled({ comment: comment() }),
    "docs/pictures/stack-light.svg": () => stackPicture(summary, "light"),
    "docs/pictures/stack-dark.svg": () => stackPicture(summary, "dark"),
    "README.md": filled({ preview: shownOutput(describePlan(summary)), versions: versionsTable() }),
  };
  const stale = Object.entries(generated).filter(([file, generate]) => {
    const before = existsSync(join(projectDir, file)) ? read(file) : "";
    const after = generate(before);
    if (after === before) return false;
    if (!check) writeFileSync(join(projectDir, file), after);
    return true;
  });
  const names = stale.map(([file]) => file);
  if (check && names.length > 0) throw new UserError(`stale: ${names.join(", ")}; run npm run docs`);
  for (const name of names) console.log(`${name} written`);
}
