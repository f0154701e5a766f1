/** Stacks of examples/, of which a new one can be a copy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir, stackNames } from "../../config/project";

const folder = join(projectDir, "examples");

/** Their names, as in Pulumi.<name>.yaml. */
export const exampleNames = stackNames(folder).sort();

/** The text of one for the project's folder, from where its line for editors leads to the schema. */
export const exampleText = (name: string): string =>
  readFileSync(join(folder, `Pulumi.${name}.yaml`), "utf8").replace("$schema=../", "$schema=./");
