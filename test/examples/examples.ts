/** The stack files in examples/. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../config/parse";
import type { StackConfig } from "../../config/schema";

const folder = join(__dirname, "../../examples");

export interface Example {
  readonly name: string;
  readonly text: string;
  /** Values by full key, as Pulumi hands them to the program. */
  readonly values: Readonly<Record<string, string>>;
  readonly config: StackConfig;
}

export const examples: readonly Example[] = readdirSync(folder)
  .sort()
  .flatMap((file) => {
    const name = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
    if (name === undefined) return [];
    const text = readFileSync(join(folder, file), "utf8");
    const values = Object.fromEntries(
      Object.entries(parse(text).config).map(([key, value]) => [key, JSON.stringify(value)]),
    );
    return [{ name, text, values, config: parseConfig("dynamo", name, values, () => false) }];
  });
