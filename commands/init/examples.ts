/** Stacks of examples/, of which a new one can be a copy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "../../config/project";

const folder = join(projectDir, "examples");

/** Their names, as in Pulumi.<name>.yaml. */
export const exampleNames = readdirSync(folder)
  .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
  .sort();

/** The text of one for the project's folder, from where its line for editors leads to the schema. */
export const exampleText = (name: string): string =>
  readFileSync(join(folder, `Pulumi.${name}.yaml`), "utf8").replace("$schema=../", "$schema=./");
