/** Writes what is generated from the config's schema: the editors' JSON schema, and the README's table of settings. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsTable, stackFileSchema } from "../config/reference";
import { projectDir } from "./project";

const project = "dynamo";
const between = /(<!-- settings -->\n)[\s\S]*(<!-- \/settings -->)/;

const generated: Record<string, (before: string) => string> = {
  "config/stack.schema.json": () => `${JSON.stringify(stackFileSchema(project), null, 2)}\n`,
  "README.md": (before) => before.replace(between, `$1${settingsTable(project)}\n$2`),
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
