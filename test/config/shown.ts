/** Configs that the project shows: of its own stacks, its examples and the examples of its settings. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../config/parse";
import { projectDir, readStack, stackNames } from "../../config/project";
import { examples } from "../examples/examples";

/** Values of a stack's config, by key. */
export type Values = Readonly<Record<string, unknown>>;

/** What an example is a part of, where it says nothing else. */
const base: Values = {
  "dynamo:discovery": { mode: "nats-etcd" },
  "dynamo:graphs": [
    { name: "chat", model: "Qwen/Qwen3-8B", workers: { gpus: 16, scaling: { by: "keda", max: 4 } } },
  ],
};

const files = Object.values<string[]>(
  parse(readFileSync(join(projectDir, "docs/setting-examples.yaml"), "utf8")),
)
  .flat()
  .map((text): Values => ({ ...base, ...parse(text) }));
const stacks = [
  ...stackNames().map((name) => readStack(name).config),
  ...examples.map(({ values }) => values),
];
export const shown = [
  ...files,
  ...stacks.map((values) =>
    Object.fromEntries(
      Object.entries(values).map(([key, text]) => [
        key,
        text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
      ]),
    ),
  ),
];

/** As Pulumi hands them to a program. */
export const textOf = (values: Values) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
export const read = (values: Values) => parseConfig("dynamo", "test", textOf(values), () => false);
