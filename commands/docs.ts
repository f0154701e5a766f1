/** Writes what is generated: the editors' JSON schema and the README's table from the config's schema, the policies' page from the rules. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir, readStack } from "../config/project";
import { settingsTable, stackFileSchema } from "../config/reference";
import { dashboards } from "../dashboards";
import { picture } from "../dashboards/picture";
import { planStack } from "../plan/stack";
import { policyReference } from "../policies/reference";
import { rules } from "../policies/rules";

const project = "dynamo";
/** What the README shows between `<!-- name -->` and `<!-- /name -->`. */
const shown: Record<string, () => string> = {
  settings: () => settingsTable(project),
  comment: () => {
    const [, ...lines] = readFileSync(join(projectDir, "test/golden/comments/replicas.md"), "utf8")
      .trim()
      .split("\n\n");
    return lines.join("\n\n").replaceAll(/^/gm, "> ");
  },
};

function fillIn(text: string): string {
  return Object.entries(shown).reduce((filled, [name, content]) => {
    const between = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- /${name} -->)`);
    return filled.replace(between, (_, begin, end) => `${begin}${content()}\n${end}`);
  }, text);
}

/** The dashboards of the stack that has all of them. */
const pictures = dashboards(planStack(readStack("prod").settings)).map(
  ({ name, dashboard }) => [`docs/dashboards/${name}.svg`, () => picture(dashboard)] as const,
);

const generated: Record<string, (before: string) => string> = {
  ...Object.fromEntries(pictures),
  "config/stack.schema.json": () => `${JSON.stringify(stackFileSchema(project), null, 2)}\n`,
  "docs/policies.md": () => policyReference(rules),
  "README.md": fillIn,
};

const check = process.argv.includes("--check");
const stale = Object.entries(generated).filter(([file, generate]) => {
  const path = join(projectDir, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = generate(before);
  if (after === before) return false;
  if (!check) writeFileSync(path, after);
  return true;
});

for (const [file] of stale) console.log(`${file} ${check ? "is stale: run npm run docs" : "written"}`);
if (check && stale.length > 0) process.exitCode = 1;
