import { parseConfig } from "../config/parse";
import { readStack, type Stack } from "../config/project";

/** The dev stack with other values, by their keys without the project's name. */
export function devStack(values: Readonly<Record<string, unknown>>): Stack {
  const dev = readStack("dev");
  const changed = Object.entries(values).map(([key, value]) => [
    `${dev.project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const config = { ...dev.config, ...Object.fromEntries(changed) };
  return { ...dev, config, settings: parseConfig(dev.project, dev.name, config, () => false) };
}
